import { dataPackName } from "../../../src/resources/data-pack-name.ts";
import { dataPack, type Case } from "../case.ts";

function name(text: string, saysGrammar?: true): Case {
  const resource = dataPack({ names: ["acme/app:v1", text] });
  return { title: `data pack: ${JSON.stringify(text)}`, resource, ...(saysGrammar && { saysGrammar }) };
}

function time(expireTime: string): Case {
  return { title: `expireTime: ${JSON.stringify(expireTime)}`, resource: dataPack({ expireTime }) };
}

export const DATA_PACKS: Case[] = [
  ...["acme/app", "acme/app:V1", "a_b/c/d:1..2", `acme/${"x".repeat(250)}:v1`].map((text) => name(text)),
  ...["app", "app:v1", "acme/App", "acme/app:", "acme/app:-", "acme/app@sha256:0", ""].map((text) =>
    name(text, true),
  ),
  name(`acme/${"x".repeat(251)}:v1`, true),
  ...["1m", "60s", "90m", "2h", "24h", "1440m", "86400s", "1h30m", "1h0m5s", "0h1m", "0000000002h"].map(time),
  ...[
    "",
    "0s",
    "59s",
    "0m59s",
    "25h",
    "24h1s",
    "86401s",
    "1441m",
    "99999h",
    "100000h",
    "999999999999999h",
  ].map(time),
  ...["2", "1.5h", "-1h", "+2h", "100ms", "1d", "2h ", "2H", "30m1h", "1h1h", "h"].map(time),
  {
    title: "data pack: the time that it has, said",
    old: dataPack(),
    resource: dataPack({ expireTime: "2h" }),
  },
  {
    title: "data pack: the time that it has, no longer said",
    old: dataPack({ expireTime: "2h" }),
    resource: dataPack(),
  },
  { title: "data pack: another time", old: dataPack(), resource: dataPack({ expireTime: "120m" }) },
  { title: "data pack: another name", old: dataPack(), resource: dataPack({ names: ["acme/app:v2"] }) },
  {
    title: "data pack: the hash of its spec",
    resource: dataPack({}, dataPackName({ type: "base", names: ["acme/app:v1"] })),
  },
  {
    title: "data pack: another's hash",
    resource: dataPack({}, "0123456789abcdef"),
    celCannot: "CEL has no SHA-256",
  },
];
