"""All-reduce of floats between two processes: all_reduce.py mpi|gloo BYTES STEPS"""
import os
import socket
import subprocess
import sys

kind, size, steps = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
rank = os.environ.get("BENCH_RANK")


def start_members():
    if kind == "mpi":
        folder = os.path.dirname(sys.executable)
        launcher = [os.path.join(folder, "mpiexec.hydra"), "-n", "2"]
        environment = {**os.environ, "BENCH_RANK": "mpi", "PATH": folder + ":" + os.environ["PATH"]}
        sys.exit(subprocess.run(launcher + [sys.executable] + sys.argv, env=environment).returncode)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = str(free.getsockname()[1])
    environment = {**os.environ, "MASTER_ADDR": "127.0.0.1", "MASTER_PORT": port, "GLOO_SOCKET_IFNAME": "lo"}
    members = [subprocess.Popen([sys.executable] + sys.argv, env={**environment, "BENCH_RANK": str(i)}) for i in (0, 1)]
    sys.exit(max(member.wait() for member in members))


if rank is None:
    start_members()
if kind == "gloo":
    import torch
    import torch.distributed

    torch.set_num_threads(1)
    torch.distributed.init_process_group("gloo", rank=int(rank), world_size=2)
    buffer, is_first, version = torch.zeros(size // 4), rank == "0", f"torch {torch.__version__}"
    reduce = lambda: torch.distributed.all_reduce(buffer)
else:
    import numpy
    from mpi4py import MPI

    world = MPI.COMM_WORLD
    source, target = numpy.ones(size // 4, "f"), numpy.empty(size // 4, "f")
    is_first, version = world.rank == 0, MPI.Get_library_version().split("\n")[0]
    reduce = lambda: world.Allreduce(source, target)

from timing import report


def one_pass():
    for _ in range(steps):
        reduce()


if not is_first:
    sys.stdout = open(os.devnull, "w")
report(one_pass, steps, version=version)
if kind == "gloo":
    torch.distributed.barrier()
    torch.distributed.destroy_process_group()
