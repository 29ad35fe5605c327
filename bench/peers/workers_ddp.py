"""PyTorch DistributedDataParallel over Gloo, one thread a worker: workers_ddp.py WORLD mlp HIDDEN BATCH STEPS | WORLD cnn BATCH STEPS,
the batch of all workers together."""
import os
import socket
import sys

import torch
import torch.distributed as dist
from timing import report
from torch import nn


def model_and_data(kind, sizes):
    if kind == "mlp":
        hidden, batch, _ = sizes
        model = nn.Sequential(
            nn.Linear(784, hidden), nn.ReLU(), nn.Linear(hidden, hidden), nn.ReLU(), nn.Linear(hidden, 10)
        )
        return model, lambda n: torch.rand(n, 784) * 2 - 1, batch
    batch, _ = sizes
    model = nn.Sequential(
        nn.Conv2d(1, 32, 3), nn.ReLU(), nn.MaxPool2d(2), nn.Conv2d(32, 64, 3), nn.ReLU(), nn.MaxPool2d(2),
        nn.Flatten(), nn.Linear(1600, 128), nn.ReLU(), nn.Linear(128, 10),
    )
    return model, lambda n: torch.rand(n, 1, 28, 28), batch


def work(rank, world, port, kind, sizes):
    os.environ.update(MASTER_ADDR="127.0.0.1", MASTER_PORT=str(port), GLOO_SOCKET_IFNAME="lo")
    torch.set_num_threads(1)
    model, make, batch = model_and_data(kind, sizes)
    if world > 1:
        dist.init_process_group("gloo", rank=rank, world_size=world)
        model = nn.parallel.DistributedDataParallel(model)
    if kind == "mlp":
        optimizer = torch.optim.SGD(model.parameters(), lr=0.01)
    else:
        optimizer = torch.optim.Adam(model.parameters(), lr=1e-3)
    own, steps = batch // world, sizes[-1]
    x, y = make(own * steps), torch.randint(0, 10, (own * steps,))

    def one_pass():
        for s in range(steps):
            optimizer.zero_grad()
            nn.functional.cross_entropy(model(x[s * own:s * own + own]), y[s * own:s * own + own]).backward()
            optimizer.step()

    if rank > 0:
        sys.stdout = open(os.devnull, "w")
    report(one_pass, steps, version=f"torch {torch.__version__}")
    if world > 1:
        dist.barrier()
        dist.destroy_process_group()


if __name__ == "__main__":
    world, kind, *sizes = sys.argv[1:]
    world, sizes = int(world), [int(size) for size in sizes]
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    torch.multiprocessing.spawn(work, args=(world, port, kind, sizes), nprocs=world)
