import type { AccessRequest, Layer } from './access-request.ts'
import type { Principal } from './request-principal.ts'

/** Why a call is denied, in the words that AWS uses and tools look for. */
export function denialMessage(request: AccessRequest, layer: Layer, isExplicit: boolean): string {
  const { principal, action, resource } = request
  const what = `User: ${nameOf(principal)} is not authorized to perform: ${action} on resource: ${resource}`
  const [implicit, explicit] = policyNames(request, layer)
  return isExplicit
    ? `${what} with an explicit deny in ${explicit}`
    : `${what} because no ${implicit} allows the ${action} action`
}

/** `because no … allows`, `with an explicit deny in …` */
function policyNames({ resourcePolicy }: AccessRequest, layer: Layer): readonly [string, string] {
  switch (layer) {
    case 'guardrail':
      return ['VPC endpoint policy', 'a VPC endpoint policy']
    case 'identity':
      return ['identity-based policy', 'an identity-based policy']
    case 'boundary':
      return ['permissions boundary', 'a permissions boundary']
    case 'session':
      return ['session policy', 'a session policy']
    case 'resource':
      return resourcePolicy?.policy.kind === 'trust'
        ? ['role trust policy', 'the role trust policy']
        : ['resource-based policy', 'a resource-based policy']
  }
}

function nameOf(principal: Principal): string {
  if (principal.kind === 'service') return principal.service
  return principal.kind === 'web-identity' ? principal.provider : principal.arn
}
