/** The commands that an empty console teaches. DIR stands for the server's data directory. */

/** What the shell needs so that AWS's tools and agents find this server and trust it. */
function settings(origin: string): string[] {
  return [
    'export AWS_SHARED_CREDENTIALS_FILE=DIR/credentials AWS_CONFIG_FILE=DIR/config AWS_PROFILE=wick-admin',
    `export AWS_ENDPOINT_URL_CODEGURUPROFILER=${origin}`,
    ...(origin.startsWith('https:') ? ['export AWS_CA_BUNDLE=DIR/tls/ca.pem'] : []),
  ]
}

export function createGroupCommand(origin: string): string {
  return [
    ...settings(origin),
    'aws codeguruprofiler create-profiling-group --profiling-group-name my-app',
  ].join('\n')
}

/** @param isFirst without: the settings of the command before are still in the shell */
export function profileCommand(origin: string, group: string, isFirst = true): string {
  return [
    ...(isFirst ? settings(origin) : []),
    'pip install codeguru_profiler_agent',
    `python -m codeguru_profiler_agent -p ${group} app.py`,
  ].join('\n')
}
