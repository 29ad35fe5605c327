"""What all peers share: the best of several passes, printed as one line of JSON."""
import json
import os
import time

THREADS = int(os.environ.get("BENCH_THREADS", os.cpu_count()))


def report(one_pass, steps, passes=5, version=""):
    """`one_pass` runs `steps` steps; the first pass warms up."""
    one_pass()
    times = []
    for _ in range(passes):
        start = time.perf_counter()
        one_pass()
        times.append((time.perf_counter() - start) / steps * 1e6)
    print(json.dumps({"value": min(times), "unit": "us/step", "passes": times, "version": version}))
