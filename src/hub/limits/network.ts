import ipaddr from "ipaddr.js";

/** Whom an address stands for: a client with IPv6 has 2^64 of them, so its network of 64 bits. */
export function networkOf(address: string): string {
  if (!ipaddr.isValid(address)) return address;
  const parsed = ipaddr.process(address);
  if (parsed.kind() === "ipv4") return parsed.toString();
  const [first, second, third, fourth] = (parsed as ipaddr.IPv6).parts;
  return `${new ipaddr.IPv6([first, second, third, fourth, 0, 0, 0, 0] as number[]).toString()}/64`;
}
