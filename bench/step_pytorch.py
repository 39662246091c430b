"""The reference's side of bench/step: PyTorch eager, fused AdamW, clipping; prints the seconds of each step as JSON.

  step_pytorch.py CASE BATCH THREADS SECONDS"""
import json
import math
import resource
import sys
import time

import torch
from torch.nn.utils import weight_norm
from transformers import CLIPConfig, CLIPModel, CLIPVisionConfig, CLIPVisionModel

case, batch, threads, seconds = sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), float(sys.argv[4])
torch.set_num_threads(threads)
torch.manual_seed(1)


def clip(bf16):
    model = CLIPModel(CLIPConfig()).train()  # ViT-B/32, attention by scaled_dot_product_attention
    images = torch.randn(batch, 3, 224, 224)
    ids = torch.randint(1, 49000, (batch, 77))
    ids[:, -1] = 49407

    def loss():
        with torch.autocast("cpu", torch.bfloat16, enabled=bf16):
            return model(input_ids=ids, pixel_values=images, return_loss=True).loss

    return model.parameters(), loss


class Classifier(torch.nn.Module):
    """Frozen ViT-B/32, GRU over the question, two hops of stacked attention (arXiv:1511.02274), two layers: xfolds' own sizes."""

    def __init__(self, words=2048, embedding=300, width=1024, answers=500, places=16):
        super().__init__()
        self.tower = CLIPVisionModel(CLIPVisionConfig()).requires_grad_(False)
        self.register_buffer("places", torch.randn(1, 49, places))  # where each cell lies, beside what it holds
        self.words = torch.nn.Embedding(words, embedding)
        self.gru = torch.nn.GRU(embedding, width, batch_first=True)
        self.hops = torch.nn.ModuleList(
            torch.nn.ModuleDict({
                "asked": torch.nn.Linear(width, width),
                "seen": torch.nn.Linear(768 + places, width, bias=False),
                "score": torch.nn.Linear(width, 1)})
            for _ in range(2))
        self.classifier = torch.nn.Sequential(
            weight_norm(torch.nn.Linear(width, width), dim=None), torch.nn.ReLU(), torch.nn.Dropout(0.2),
            weight_norm(torch.nn.Linear(width, answers), dim=None))

    def forward(self, images, ids):
        with torch.no_grad():
            cells = self.tower(pixel_values=images).last_hidden_state[:, 1:]
            cells = torch.cat([cells, self.places.expand(len(cells), -1, -1)], 2)
        asked = self.gru(self.words(ids))[0][:, -1]
        for hop in self.hops:
            asked, seen = hop["asked"](asked), hop["seen"](cells)
            weights = hop["score"](torch.tanh(seen + asked[:, None])).softmax(1)
            asked = asked + (weights * seen).sum(1)
        return self.classifier(asked)


def classifier():
    model = Classifier().train()
    images = torch.randn(batch, 3, 224, 224)
    ids = torch.randint(1, 2048, (batch, 20))
    targets = torch.arange(batch)
    trained = [p for p in model.parameters() if p.requires_grad]
    return trained, lambda: torch.nn.functional.cross_entropy(model(images, ids), targets)


parameters, loss = {"clip-fp32": lambda: clip(False), "clip-bf16": lambda: clip(True), "classifier": classifier}[case]()
parameters = list(parameters)
optimizer = torch.optim.AdamW(parameters, lr=1e-4, weight_decay=0.1, fused=True)


def step():
    optimizer.zero_grad()
    value = loss()
    value.backward()
    torch.nn.utils.clip_grad_norm_(parameters, 1.0)
    optimizer.step()
    if not math.isfinite(value.item()):
        raise ValueError("loss is not finite")


for _ in range(3):
    step()
times = []
began = time.perf_counter()
while len(times) < 3 or time.perf_counter() - began < seconds:
    started = time.perf_counter()
    step()
    times.append(time.perf_counter() - started)
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
print(json.dumps({"amount": batch, "seconds": times, "peakBytes": peak}))
