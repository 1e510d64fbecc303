import { deleteGroup } from '../api/group-settings.ts'
import { Confirm } from '../app/confirm.tsx'
import { sampleName } from './sample-tag.ts'

/** Above a list of groups with the sample in it. */
export function SampleNotice({ onRemoved }: { onRemoved(): void }) {
  return (
    <div class="notice sample-notice">
      <span class="grow">
        <strong>{sampleName}</strong> is a sample: its profiles are made up.
      </span>
      <Confirm
        label="Remove the sample"
        title={`Remove ${sampleName}?`}
        verb="Remove"
        onConfirm={async () => {
          await deleteGroup(sampleName)
          onRemoved()
        }}
      >
        <p>
          The sample group and its made-up profiles are deleted. Nothing else is touched; it can be loaded
          again.
        </p>
      </Confirm>
    </div>
  )
}
