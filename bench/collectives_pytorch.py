"""The reference's side of bench/collectives: PyTorch's gloo adds 100 MB over two processes; prints the seconds of each time as JSON.

  collectives_pytorch.py SECONDS"""
import json
import os
import socket
import subprocess
import sys
import time

os.environ["GLOO_SOCKET_IFNAME"] = "lo"
import torch
import torch.distributed as distributed

ELEMENTS = 25_000_000

seconds = float(sys.argv[1])
rank = int(sys.argv[2]) if len(sys.argv) > 2 else 0
if rank == 0:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    subprocess.Popen([sys.executable, __file__, str(seconds), "1", str(port)], stdout=subprocess.DEVNULL)
else:
    port = int(sys.argv[3])
torch.set_num_threads(1)
distributed.init_process_group("gloo", init_method=f"tcp://127.0.0.1:{port}", rank=rank, world_size=2)
values = torch.zeros(ELEMENTS)


def go_on(value):
    flag = torch.tensor([value], dtype=torch.float64)
    distributed.all_reduce(flag)
    return flag.item() > 0


if rank == 1:
    while go_on(0):
        distributed.all_reduce(values)
else:
    times = []
    for _ in range(3):
        go_on(1)
        distributed.all_reduce(values)
    began = time.perf_counter()
    while len(times) < 3 or time.perf_counter() - began < seconds:
        started = time.perf_counter()
        go_on(1)
        distributed.all_reduce(values)
        times.append(time.perf_counter() - started)
    go_on(0)
    print(json.dumps({"amount": 4 * ELEMENTS, "seconds": times}), flush=True)
os._exit(0)  # the end of the process group waits for the other rank's, for ever
