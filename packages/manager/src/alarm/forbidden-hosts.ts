import { BlockList, isIP } from 'node:net';

/** Where clouds answer a machine with its own credentials, and the link-local networks they do it on. */
const FORBIDDEN = new BlockList();
FORBIDDEN.addSubnet('169.254.0.0', 16, 'ipv4');
FORBIDDEN.addSubnet('fe80::', 10, 'ipv6');
// The same through NAT64.
FORBIDDEN.addSubnet('64:ff9b::a9fe:0', 112, 'ipv6');
// Amazon by IPv6, Alibaba Cloud, Azure.
FORBIDDEN.addAddress('fd00:ec2::254', 'ipv6');
FORBIDDEN.addAddress('100.100.100.200', 'ipv4');
FORBIDDEN.addAddress('168.63.129.16', 'ipv4');

/** Whether nothing may be sent to this address, or to this literal address as a URL writes it. A name is not looked up. */
export function isForbiddenHost(host: string): boolean {
  const address = host.replace(/^\[(.*)\]$/, '$1').replace(/%.*$/, '');
  const version = isIP(address);
  return version !== 0 && FORBIDDEN.check(address, version === 6 ? 'ipv6' : 'ipv4');
}
