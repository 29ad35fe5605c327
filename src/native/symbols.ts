/** The part of TensorFlow's C API that is called, as a table of signatures: the only list of native names in the project. */

/** Native types: P pointer, S text in, I int32, L size or int64, B byte, F float, D double, O `TF_Output` by value, V nothing. */
type Letter = "P" | "S" | "I" | "L" | "B" | "F" | "D" | "O" | "V";

/** Result letter, then the letters of the arguments. */
const table = {
  TF_Version: "S:",
  TF_NewStatus: "P:",
  TF_DeleteStatus: "V:P",
  TF_GetCode: "I:P",
  TF_SetStatus: "V:PIS",
  TF_Message: "S:P",
  TF_NewBuffer: "P:",
  TF_NewBufferFromString: "P:PL",
  TF_DeleteBuffer: "V:P",
  TF_GetAllOpList: "P:",
  // Tensors in host memory
  TF_AllocateTensor: "P:IPIL",
  TF_NewTensor: "P:IPIPLPP",
  TF_DeleteTensor: "V:P",
  TF_TensorData: "P:P",
  TF_TensorByteSize: "L:P",
  TF_TensorType: "I:P",
  TF_NumDims: "I:P",
  TF_Dim: "L:PI",
  TF_StringInit: "V:P",
  TF_StringCopy: "V:PPL",
  TF_StringAssignView: "V:PPL",
  TF_StringDealloc: "V:P",
  TF_StringGetDataPointer: "P:P",
  TF_StringGetSize: "L:P",
  // Context and devices
  TFE_NewContextOptions: "P:",
  TFE_DeleteContextOptions: "V:P",
  TFE_ContextOptionsSetConfig: "V:PPLP",
  TFE_NewContext: "P:PP",
  TFE_ContextListDevices: "P:PP",
  TF_DeviceListCount: "I:P",
  TF_DeviceListName: "S:PIP",
  TF_DeviceListType: "S:PIP",
  TF_DeviceListMemoryBytes: "L:PIP",
  TF_DeleteDeviceList: "V:P",
  TFE_SetLogicalCpuDevices: "V:PISP",
  TFE_EnableCollectiveOps: "V:PPLP",
  TFE_ContextAddFunction: "V:PPP",
  TFE_ContextRemoveFunction: "V:PSP",
  TFE_ContextAddFunctionDef: "V:PPLP",
  TFE_ContextEnableRunMetadata: "V:P",
  TFE_ContextDisableRunMetadata: "V:P",
  TFE_ContextExportRunMetadata: "V:PPP",
  // Tensor handles
  TFE_NewTensorHandle: "P:PP",
  TFE_DeleteTensorHandle: "V:P",
  TFE_TensorHandleDataType: "I:P",
  TFE_TensorHandleNumDims: "I:PP",
  TFE_TensorHandleDim: "L:PIP",
  TFE_TensorHandleResolve: "P:PP",
  TFE_TensorHandleDeviceName: "S:PP",
  TFE_TensorHandleCopyToDevice: "P:PPSP",
  TFE_TensorHandleCopySharingTensor: "P:PP",
  // Eager operations
  TFE_NewOp: "P:PSP",
  TFE_OpReset: "V:PSPP",
  TFE_DeleteOp: "V:P",
  TFE_OpSetDevice: "V:PSP",
  TFE_OpAddInput: "V:PPP",
  TFE_OpAddInputList: "V:PPIP",
  TFE_Execute: "V:PPPP",
  TFE_OpSetAttrType: "V:PSI",
  TFE_OpSetAttrTypeList: "V:PSPI",
  TFE_OpSetAttrInt: "V:PSL",
  TFE_OpSetAttrIntList: "V:PSPI",
  TFE_OpSetAttrFloat: "V:PSF",
  TFE_OpSetAttrFloatList: "V:PSPI",
  TFE_OpSetAttrBool: "V:PSB",
  TFE_OpSetAttrBoolList: "V:PSPI",
  TFE_OpSetAttrShape: "V:PSPIP",
  TFE_OpSetAttrShapeList: "V:PSPPIP",
  TFE_OpSetAttrString: "V:PSPL",
  TFE_OpSetAttrStringList: "V:PSPPI",
  TFE_OpSetAttrTensor: "V:PSPP",
  TFE_OpSetAttrFunctionName: "V:PSSL",
  TFE_OpSetAttrFunctionList: "V:PSPI",
  TFE_OpSetAttrValueProto: "V:PSPLP",
  // Executors with a thread of their own, and cancellation
  TFE_NewExecutor: "P:BBI",
  TFE_DeleteExecutor: "V:P",
  TFE_ExecutorWaitForAllPendingNodes: "V:PP",
  TFE_ExecutorClearError: "V:P",
  TFE_ContextSetExecutorForThread: "V:PP",
  TFE_ContextGetExecutorForThread: "P:P",
  TFE_NewCancellationManager: "P:",
  TFE_CancellationManagerStartCancel: "V:P",
  TFE_DeleteCancellationManager: "V:P",
  TFE_OpSetCancellationManager: "V:PPP",
  // Graphs
  TF_NewGraph: "P:",
  TF_DeleteGraph: "V:P",
  TF_NewOperation: "P:PSS",
  TF_FinishOperation: "P:PP",
  TF_SetDevice: "V:PS",
  TF_AddInput: "V:PO",
  TF_AddInputList: "V:PPI",
  TF_AddControlInput: "V:PP",
  TF_SetAttrType: "V:PSI",
  TF_SetAttrTypeList: "V:PSPI",
  TF_SetAttrInt: "V:PSL",
  TF_SetAttrIntList: "V:PSPI",
  TF_SetAttrFloat: "V:PSF",
  TF_SetAttrFloatList: "V:PSPI",
  TF_SetAttrBool: "V:PSB",
  TF_SetAttrBoolList: "V:PSPI",
  TF_SetAttrShape: "V:PSPI",
  TF_SetAttrShapeList: "V:PSPPI",
  TF_SetAttrString: "V:PSPL",
  TF_SetAttrStringList: "V:PSPPI",
  TF_SetAttrTensor: "V:PSPP",
  TF_SetAttrFuncName: "V:PSSL",
  TF_SetAttrValueProto: "V:PSPLP",
  TF_OperationNumOutputs: "I:P",
  TF_OperationOutputType: "I:O",
  TF_OperationName: "S:P",
  TF_OperationOpType: "S:P",
  TF_OperationDevice: "S:P",
  TF_GraphGetTensorNumDims: "I:POP",
  TF_GraphGetTensorShape: "V:POPIP",
  TF_GraphSetTensorShape: "V:POPIP",
  TF_GraphToGraphDef: "V:PPP",
  TF_GraphCopyFunction: "V:PPPP",
  // Functions
  TF_GraphToFunctionWithControlOutputs: "P:PSBIPIPIPPIPPPSP",
  TF_FunctionSetAttrValueProto: "V:PSPLP",
  TF_FunctionToFunctionDef: "V:PPP",
  TF_DeleteFunction: "V:P",
  TF_FunctionName: "S:P",
} as const;

type Memory = bigint | ArrayBufferView | null;
/** A `TF_Output`: an operation of a graph and the number of one of its outputs. */
export interface NativeOutput {
  readonly oper: bigint;
  readonly index: number;
}
interface Inputs {
  P: Memory;
  S: string;
  I: number;
  L: number | bigint;
  B: number;
  F: number;
  D: number;
  O: NativeOutput;
  V: never;
}
interface Results {
  P: bigint;
  S: string;
  I: number;
  L: number;
  B: number;
  F: number;
  D: number;
  O: NativeOutput;
  V: undefined;
}
type Arguments<T extends string> = T extends `${infer Head extends keyof Inputs & string}${infer Tail}`
  ? [Inputs[Head], ...Arguments<Tail>]
  : [];
type Signature<T extends string> = T extends `${infer R extends keyof Results & string}:${infer A}`
  ? (...args: Arguments<A>) => Results[R]
  : never;

/** The native functions, typed from the table. */
export type Symbols = { readonly [K in keyof typeof table]: Signature<(typeof table)[K]> };

/** Name and signature of every native function. */
export const signatures: Readonly<Record<keyof Symbols, `${Letter}:${string}`>> = table;
