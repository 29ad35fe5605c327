/** tf.config: devices and threads. */
export { type Device, listLogicalDevices, setLogicalCpuDevices, threading } from "./devices.ts";
