import { expect, it } from "vitest";
import { type Column, drawTable } from "./table.ts";

const columns: Column[] = [
  { title: "Layer", align: "left", width: 10 },
  { title: "Params", align: "right", width: 8 },
  { title: "Kept", align: "center", width: 6 },
];

it("draws a heavy head, wraps words, and cuts what is too long", () => {
  const rows = [
    ["dense (Dense)", "1,000", "Y"],
    ["global_average_pooling", "0", "-"],
  ];
  expect(drawTable(columns, rows, 30).split("\n")).toEqual([
    "┏━━━━━━━━━━━┳━━━━━━━━━┳━━━━━━━━┓".replace("━━━━━━━━━━━┳━━━━━━━━━┳━━━━━━━━", "━━━━━━━━━━━┳━━━━━━━━┳━━━━━━━"),
    "┃ Layer     ┃ Params ┃ Kept  ┃",
    "┡━━━━━━━━━━━╇━━━━━━━━╇━━━━━━━┩",
    "│ dense     │  1,000 │   Y   │",
    "│ (Dense)   │        │       │",
    "├───────────┼────────┼───────┤",
    "│ global_a… │      0 │   -   │",
    "└───────────┴────────┴───────┘",
  ]);
});

it("fills the line when columns are narrower", () => {
  const [first] = drawTable(columns, [], 46).split("\n") as [string];
  expect(first).toHaveLength(46);
});
