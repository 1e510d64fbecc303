import { type ListenerSettings, listenersOf } from '../config/listener-settings.ts'
import { isLoopback } from '../config/setting-types.ts'
import type { Config } from '../config/settings.ts'
import type { Finding } from './finding.ts'

type Named = Pick<
  Config,
  'metricsNetworks' | 'masterKeyFile' | 'masterKey' | 'dataDirectory' | 'auditCopyDirectory' | 'auditSink'
>

/** What is unsafe about the settings that a server runs by. */
export function settingsFindings(config: Config): readonly Finding[] {
  return [
    ...listenersOf(config).flatMap(ofListener),
    ...ofMetrics(config),
    ...ofMasterKey(config),
    ...ofAuditCopies(config),
  ]
}

function ofListener(settings: ListenerSettings): Finding[] {
  const { name, listen, insecureHttp, serves, allowNetworks, trustedProxies } = settings
  const subject = `listener ${name}`
  const findings: Finding[] = []
  if (insecureHttp) {
    findings.push({
      severity: 'unsafe',
      id: 'plain-http',
      subject,
      problem: 'speaks plain HTTP: programs on this machine that may watch the network read along',
      fix: `leave ${flag(name, '--insecure-http', 'insecureHttp')} out, or let only a proxy on this machine come here`,
    })
  }
  const everywhere = [
    ...allowNetworks.filter(isWide),
    ...(allowNetworks.length === 0 ? ['every network'] : []),
  ]
  if (!isLoopback(listen.host) && everywhere.length > 0) {
    findings.push({
      severity: 'unsafe',
      id: 'listener-open',
      subject,
      problem: `serves ${serves.join(', ')} to ${everywhere.join(', ')}`,
      fix: `name the networks that may connect: ${flag(name, '--allow-networks', 'allowNetworks')}`,
    })
  }
  const tooMany = trustedProxies.filter(isWide)
  if (tooMany.length > 0) {
    findings.push({
      severity: 'unsafe',
      id: 'trusted-proxies-wide',
      subject,
      problem: `believes whatever ${tooMany.join(', ')} say about where a request comes from`,
      fix: `name the proxies themselves: ${flag(name, '--trusted-proxies', 'trustedProxies')}`,
    })
  }
  return findings
}

function flag(listener: string, ofDefault: string, ofFurther: string): string {
  return listener === 'default' ? ofDefault : `${ofFurther} of the listener ${listener}`
}

function ofMetrics({ metricsNetworks }: Named): Finding[] {
  const open = metricsNetworks.filter(isWide)
  if (open.length === 0) return []
  return [
    {
      severity: 'unsafe',
      id: 'metrics-open',
      subject: '/metrics',
      problem: `is open to ${open.join(', ')}, without a signature`,
      fix: 'name the machines that collect metrics: --metrics-networks',
    },
  ]
}

function ofMasterKey({ masterKey, masterKeyFile, dataDirectory }: Named): Finding[] {
  if (masterKey !== null || masterKeyFile !== null) return []
  return [
    {
      severity: 'note',
      id: 'master-key-beside-data',
      subject: `${dataDirectory}/master.key`,
      problem: 'lies beside what it opens: a copy of the directory can be read by whoever has it',
      fix: 'keep it elsewhere: --master-key-file, or WICK_MASTER_KEY',
    },
  ]
}

function ofAuditCopies({ auditCopyDirectory, auditSink, dataDirectory }: Named): Finding[] {
  if (auditCopyDirectory !== null || auditSink !== null) return []
  return [
    {
      severity: 'note',
      id: 'audit-copy-missing',
      subject: `${dataDirectory}/audit`,
      problem:
        'has no copy elsewhere: whoever is root on this machine can write the whole audit trail anew, unnoticed',
      fix: 'keep its digests where they cannot be changed: --audit-copy-directory, or --audit-sink',
    },
  ]
}

/** Larger than anything that belongs to one owner: below /8 of IPv4 and /16 of IPv6. */
function isWide(network: string): boolean {
  const [address = '', bits] = network.split('/')
  return bits !== undefined && Number(bits) < (address.includes(':') ? 16 : 8)
}
