/** Samples for gradients/control-flow.ts: functions take the place of numbers there, so its own tests try them. */
const apart = "calls functions: tried by control-flow.native.test.ts";

export const samples: Readonly<Record<string, string>> = {
  TensorListPushBack: apart,
  TensorListPopBack: apart,
  If: apart,
  StatelessIf: apart,
  Case: apart,
  StatelessCase: apart,
  While: apart,
  StatelessWhile: apart,
};
