/** How TensorFlow is told of its peers: a ServerDef message, field by field. */
import { BinaryWriter } from "@bufbuild/protobuf/wire";

const LENGTH_DELIMITED = 2;
const VARINT = 0;
const JOB = "worker";

/** The ServerDef of task `rank` among servers at `addresses` (`host:port`), which compute with `threads` threads. */
export function serverDefinition(addresses: readonly string[], rank: number, threads: number): Uint8Array {
  const message = new BinaryWriter();
  // 1 cluster { 1 job { 1 name, 2 tasks: map of number to address } }, 2 job_name, 3 task_index
  message.tag(1, LENGTH_DELIMITED).fork().tag(1, LENGTH_DELIMITED).fork().tag(1, LENGTH_DELIMITED).string(JOB);
  for (const [task, address] of addresses.entries())
    message.tag(2, LENGTH_DELIMITED).fork().tag(1, VARINT).int32(task).tag(2, LENGTH_DELIMITED).string(address).join();
  message.join().join();
  message.tag(2, LENGTH_DELIMITED).string(JOB).tag(3, VARINT).int32(rank);
  // 4 default_session_config { 2 intra_op threads, 7 allow_soft_placement, 16 experimental { 1 collective_group_leader } }
  message.tag(4, LENGTH_DELIMITED).fork();
  if (threads > 0) message.tag(2, VARINT).int32(threads);
  message.tag(7, VARINT).bool(true).tag(16, LENGTH_DELIMITED).fork();
  message.tag(1, LENGTH_DELIMITED).string(`/job:${JOB}/replica:0/task:0`).join().join();
  message.tag(5, LENGTH_DELIMITED).string("grpc");
  return message.finish();
}
