import assert from "node:assert/strict";
import { test } from "node:test";
import { HpackDecoder } from "./decoder.ts";
import { encodeHuffman, huffmanBytes } from "./huffman.ts";

/** A run of blocks through one decoder: hex, fields, size of the table after it. Source: RFC 7541, Appendix C. */
type Run = readonly (readonly [hex: string, fields: readonly string[], tableBytes: number])[];

const request1 = [":method", "GET", ":scheme", "http", ":path", "/", ":authority", "www.example.com"];
const request2 = [...request1, "cache-control", "no-cache"];
const request3 = [
  ...[":method", "GET", ":scheme", "https", ":path", "/index.html", ":authority", "www.example.com"],
  ...["custom-key", "custom-value"],
];
const date1 = "Mon, 21 Oct 2013 20:13:21 GMT";
const date2 = "Mon, 21 Oct 2013 20:13:22 GMT";
const response = (status: string, date: string, ...more: string[]) => [
  ...[":status", status, "cache-control", "private", "date", date, "location", "https://www.example.com"],
  ...more,
];
const response3 = response("200", date2, "content-encoding", "gzip");
const cookie = ["set-cookie", "foo=ASDJKHQKBZXOQWEOPIUAXQWEOIU; max-age=3600; version=1"];
const response3Fields = [...response3, ...cookie];

const runs: readonly (readonly [name: string, tableBytes: number, run: Run])[] = [
  ["C.2.1", 4096, [["400a637573746f6d2d6b65790d637573746f6d2d686561646572", ["custom-key", "custom-header"], 55]]],
  ["C.2.2", 4096, [["040c2f73616d706c652f70617468", [":path", "/sample/path"], 0]]],
  ["C.2.3", 4096, [["100870617373776f726406736563726574", ["password", "secret"], 0]]],
  ["C.2.4", 4096, [["82", [":method", "GET"], 0]]],
  [
    "C.3",
    4096,
    [
      ["828684410f7777772e6578616d706c652e636f6d", request1, 57],
      ["828684be58086e6f2d6361636865", request2, 110],
      ["828785bf400a637573746f6d2d6b65790c637573746f6d2d76616c7565", request3, 164],
    ],
  ],
  [
    "C.4",
    4096,
    [
      ["828684418cf1e3c2e5f23a6ba0ab90f4ff", request1, 57],
      ["828684be5886a8eb10649cbf", request2, 110],
      ["828785bf408825a849e95ba97d7f8925a849e95bb8e8b4bf", request3, 164],
    ],
  ],
  [
    "C.5",
    256,
    [
      [
        "4803333032580770726976617465611d4d6f6e2c203231204f637420323031332032303a31333a323120474d546e1768747470733a2f2f" +
          "7777772e6578616d706c652e636f6d",
        response("302", date1),
        222,
      ],
      ["4803333037c1c0bf", response("307", date1), 222],
      [
        "88c1611d4d6f6e2c203231204f637420323031332032303a31333a323220474d54c05a04677a69707738666f6f3d4153444a4b48514b425a" +
          "584f5157454f50495541585157454f49553b206d61782d6167653d333630303b2076657273696f6e3d31",
        response3Fields,
        215,
      ],
    ],
  ],
  [
    "C.6",
    256,
    [
      [
        "488264025885aec3771a4b6196d07abe941054d444a8200595040b8166e082a62d1bff6e919d29ad171863c78f0b97c8e9ae82ae43d3",
        response("302", date1),
        222,
      ],
      ["4883640effc1c0bf", response("307", date1), 222],
      [
        "88c16196d07abe941054d444a8200595040b8166e084a62d1bffc05a839bd9ab77ad94e7821dd7f2e6c7b335dfdfcd5b3960d5af27087f36" +
          "72c1ab270fb5291f9587316065c003ed4ee5b1063d5007",
        response3Fields,
        215,
      ],
    ],
  ],
];

for (const [name, tableBytes, run] of runs) {
  test(`RFC 7541 ${name} decodes to its fields and leaves its table`, () => {
    const decoder = new HpackDecoder({ maxTableBytes: tableBytes, maxListBytes: 8192 });
    for (const [hex, fields, bytesAfter] of run) {
      const block = Buffer.from(hex, "hex");
      assert.deepEqual(decoder.decode(block, 0, block.length).list, fields);
      assert.equal(decoder.tableBytes, bytesAfter);
    }
  });
}

const strings: readonly (readonly [text: string, hex: string])[] = [
  ["www.example.com", "f1e3c2e5f23a6ba0ab90f4ff"],
  ["no-cache", "a8eb10649cbf"],
  ["custom-value", "25a849e95bb8e8b4bf"],
  ["private", "aec3771a4b"],
  [date1, "d07abe941054d444a8200595040b8166e082a62d1bff"],
  [cookie[1] as string, "94e7821dd7f2e6c7b335dfdfcd5b3960d5af27087f3672c1ab270fb5291f9587316065c003ed4ee5b1063d5007"],
];
for (const [text, hex] of strings) {
  test(`"${text}" has the Huffman code of RFC 7541`, () => {
    const out = Buffer.alloc(huffmanBytes(text));
    assert.equal(encodeHuffman(text, out, 0), out.length);
    assert.equal(out.toString("hex"), hex);
  });
}
