"""PyTorch, eager: torch_step.py mlp HIDDEN BATCH STEPS | cnn BATCH STEPS"""
import sys

import torch
from timing import THREADS, report
from torch import nn

torch.set_num_threads(THREADS)
kind, *sizes = sys.argv[1:]
sizes = [int(size) for size in sizes]
if kind == "mlp":
    hidden, batch, steps = sizes
    model = nn.Sequential(nn.Linear(784, hidden), nn.ReLU(), nn.Linear(hidden, 10))
    optimizer = torch.optim.SGD(model.parameters(), lr=0.01)
    x = torch.rand(batch, 784) * 2 - 1
else:
    batch, steps = sizes
    model = nn.Sequential(
        nn.Conv2d(1, 32, 3), nn.ReLU(), nn.MaxPool2d(2), nn.Conv2d(32, 64, 3), nn.ReLU(), nn.MaxPool2d(2),
        nn.Flatten(), nn.Linear(1600, 128), nn.ReLU(), nn.Linear(128, 10),
    )
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-3)
    x = torch.rand(batch, 1, 28, 28)
y = torch.randint(0, 10, (batch,))


def one_pass():
    for _ in range(steps):
        optimizer.zero_grad()
        loss = nn.functional.cross_entropy(model(x), y)
        loss.backward()
        optimizer.step()
    loss.item()


report(one_pass, steps, version=f"torch {torch.__version__}")
