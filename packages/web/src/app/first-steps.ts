/** The commands that somebody who begins is taught. DIR stands for the server's data directory, WICK for Wick's own. */

/** What the shell needs so that AWS's tools and agents find this server and trust it. */
function settings(origin: string): string[] {
  return [
    'export AWS_SHARED_CREDENTIALS_FILE=DIR/credentials AWS_CONFIG_FILE=DIR/config AWS_PROFILE=wick-admin',
    `export AWS_ENDPOINT_URL_CODEGURUPROFILER=${origin}`,
    ...(origin.startsWith('https:') ? ['export AWS_CA_BUNDLE=DIR/tls/ca.pem'] : []),
  ]
}

/** For who works on the server's machine. */
export function profileCommand(origin: string, group: string): string {
  return [
    ...settings(origin),
    'pip install codeguru_profiler_agent',
    `python -m codeguru_profiler_agent -p ${group} app.py`,
  ].join('\n')
}

export interface AgentSettings {
  readonly origin: string
  readonly region: string
  readonly accessKeyId: string
  readonly secretAccessKey: string
}

/** For any machine, with credentials that may send the profiles of one group and nothing else. */
export function agentEnvironment({ origin, region, accessKeyId, secretAccessKey }: AgentSettings): string {
  return [
    `export AWS_ACCESS_KEY_ID=${accessKeyId}`,
    `export AWS_SECRET_ACCESS_KEY=${secretAccessKey}`,
    `export AWS_REGION=${region}`,
    `export AWS_ENDPOINT_URL_CODEGURUPROFILER=${origin}`,
    // The file is copied from the server.
    ...(origin.startsWith('https:') ? ['export AWS_CA_BUNDLE=ca.pem'] : []),
  ].join('\n')
}

export const languages = ['Java', 'Python', 'Node.js', "Python, AWS's agent"] as const
export type Language = (typeof languages)[number]

/** How a program is started with an agent. */
export function agentCommand(language: Language, group: string): string {
  switch (language) {
    case 'Java':
      return `java -javaagent:WICK/agents/java/target/wick-agent.jar=profilingGroupName:${group} -jar app.jar`
    case 'Python':
      return `pip install WICK/agents/python\npython -m wick_agent -p ${group} app.py`
    case 'Node.js':
      return `npm install WICK/packages/agent-node\nAWS_CODEGURU_PROFILER_GROUP_NAME=${group} node --import @wick/agent app.js`
    case "Python, AWS's agent":
      return `pip install codeguru_profiler_agent\npython -m codeguru_profiler_agent -p ${group} app.py`
  }
}
