"""Step 2: trains a detector. Goes on from its last checkpoint when it was cut.

    python3 train.py configs/street-320.yaml --data ../../../shared/data --work ../../artifacts/training
"""

import argparse
import csv
import json
import os
import time
from dataclasses import dataclass, field
from pathlib import Path

import cv2
import numpy as np
import torch
import yaml
from torch.utils.data import DataLoader, Dataset

from augment import Composer
from classes import CLASSES
from evaluate import evaluate
from loss import loss_of
from net import Detector, cells_of
from pictures import PictureSet, load, walk
from plots import plot_log


@dataclass
class Config:
    """What configs/NAME.yaml says."""
    name: str
    width: int
    height: int
    widths: list
    depths: list
    head_width: int
    epochs: int
    samples: int                    # an epoch
    batch: int
    rate: float                     # peak learning rate of AdamW
    shares: dict = field(default_factory=dict)      # name of a set -> its share of the samples
    start: str = ""                 # name of a model whose weights this one starts from
    warmup_epochs: float = 1.0
    calm_epochs: int = 0            # last epochs with weaker augmentation
    evaluate_every: int = 5
    weight_decay: float = 0.03
    average: float = 0.9995         # of the weights, a step
    side_max: int = 480             # longer side of a picture in memory, pixels
    seed: int = 1

    @staticmethod
    def read(path):
        return Config(**yaml.safe_load(Path(path).read_text()))

    def detector(self):
        torch.manual_seed(self.seed)
        return Detector(self.widths, self.depths, self.head_width, len(CLASSES))


class Samples(Dataset):
    """The samples of one epoch."""

    def __init__(self, composer, first, count):
        self.composer, self.first, self.count = composer, first, count

    def __len__(self):
        return self.count

    def __getitem__(self, index):
        return self.composer.sample(self.first + index)


def collate(samples):
    """Pictures [B, H, W, 3] uint8, truth [N, 6] of picture, box, class, unsure [K, 5] of picture, box."""
    pictures = torch.from_numpy(np.stack([picture for picture, _, _ in samples]))
    truth, unsure = (
        torch.from_numpy(np.concatenate([np.insert(sample[part], 0, row, 1) for row, sample in enumerate(samples)]))
        for part in (1, 2))
    return pictures, truth, unsure


def give_way(_worker):
    """Samples are made in the gaps that the net leaves: on few cores it would otherwise wait for its own threads."""
    os.nice(10)


def read_labels(work, sets):
    labels, masks = {}, {}
    for picture_set in sets:
        path = work / f"labels-{picture_set.name}.npz"
        if not path.exists():
            raise SystemExit(f"{path} is not there: run prepare.py first.")
        with np.load(path) as stored:
            labels.update({key: stored[key] for key in stored.files})
        with np.load(work / f"masks-{picture_set.name}.npz") as stored:
            masks.update({key: stored[key] for key in stored.files})
    return labels, masks


def persons_of(sets, labels, masks, data):
    """(BGR, mask, set name) of every person who was cut out, at the mask's height or less."""
    persons = []
    by_picture = {}
    for key in masks:
        by_picture.setdefault(key.rsplit("|", 1)[0], []).append(int(key.rsplit("|", 1)[1]))
    for picture_set in (entry for entry in sets if entry.cut):
        for key, picture, _ in walk(picture_set, data):
            for index in by_picture.get(key, ()):
                left, top, right, bottom = labels[key][index, :4].astype(int)
                mask = masks[f"{key}|{index}"]
                crop = picture[top:bottom, left:right]
                scale = min(1.0, mask.shape[0] / crop.shape[0])
                size = (max(2, round(crop.shape[1] * scale)), max(4, round(crop.shape[0] * scale)))
                persons.append((cv2.resize(crop, size, interpolation=cv2.INTER_AREA), cv2.resize(mask, size, interpolation=cv2.INTER_AREA), picture_set.name))
    return persons


def rate_at(config, step, steps):
    """Linear warm-up, then a cosine down to 2 %."""
    warm = config.warmup_epochs * config.samples / config.batch
    if step < warm:
        return config.rate * (step + 1) / warm
    return config.rate * (0.02 + 0.98 * 0.5 * (1 + np.cos(np.pi * (step - warm) / max(1, steps - warm))))


class Run:
    """Everything that a checkpoint holds."""

    def __init__(self, config, folder, device):
        self.config, self.folder, self.device = config, folder, device
        self.detector = config.detector().to(device, memory_format=torch.channels_last)
        decay = [p for p in self.detector.parameters() if p.ndim > 1]
        plain = [p for p in self.detector.parameters() if p.ndim <= 1]
        self.optimizer = torch.optim.AdamW([{"params": decay, "weight_decay": config.weight_decay}, {"params": plain, "weight_decay": 0}])
        self.average = config.detector().to(device)
        self.average.load_state_dict(self.detector.state_dict())
        self.step, self.epoch = 0, 0

    @property
    def checkpoint(self):
        return self.folder / "checkpoint.pt"

    def save(self):
        state = {"detector": self.detector.state_dict(), "average": self.average.state_dict(),
                 "optimizer": self.optimizer.state_dict(), "step": self.step, "epoch": self.epoch}
        torch.save(state, self.checkpoint.with_suffix(".new"))
        os.replace(self.checkpoint.with_suffix(".new"), self.checkpoint)

    def resume(self):
        if self.checkpoint.exists():
            state = torch.load(self.checkpoint, map_location=self.device)
            self.detector.load_state_dict(state["detector"])
            self.average.load_state_dict(state["average"])
            self.optimizer.load_state_dict(state["optimizer"])
            self.step, self.epoch = state["step"], state["epoch"]
            print(f"Goes on after epoch {self.epoch}", flush=True)
        elif self.config.start:
            weights = self.folder.parent / self.config.start / "weights.pt"
            if not weights.exists():
                raise SystemExit(f"{weights} is not there: train {self.config.start} first.")
            self.detector.load_state_dict(torch.load(weights, map_location=self.device))
            self.average.load_state_dict(self.detector.state_dict())
            print(f"Starts from {weights}", flush=True)

    def average_in(self):
        # Young weights are worth little: the average follows them faster in the beginning.
        keep = min(self.config.average, (self.step + 1) / (self.step + 100))
        with torch.no_grad():
            for own, new in zip(self.average.state_dict().values(), self.detector.state_dict().values()):
                if own.dtype.is_floating_point:
                    own.mul_(keep).add_(new, alpha=1 - keep)
                else:
                    own.copy_(new)


def train_epoch(run, loader, cells, strides, steps):
    run.detector.train()
    sums, count = {"loss": 0.0, "box": 0.0, "object": 0.0, "class": 0.0}, 0
    for pictures, truth, unsure in loader:
        for group in run.optimizer.param_groups:
            group["lr"] = rate_at(run.config, run.step, steps)
        pictures = pictures.to(run.device).permute(0, 3, 1, 2).float().contiguous(memory_format=torch.channels_last)
        with torch.autocast(run.device.type, dtype=torch.bfloat16):
            rows = run.detector(pictures)
        loss, parts = loss_of(rows, truth.to(run.device), unsure.to(run.device), cells, strides)
        if not torch.isfinite(loss):
            raise SystemExit(f"The loss is {loss.item()} at step {run.step}: lower the rate.")
        run.optimizer.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(run.detector.parameters(), 10)
        run.optimizer.step()
        run.average_in()
        run.step += 1
        count += 1
        for name, value in {"loss": loss.item(), **parts}.items():
            sums[name] += value
    return {name: value / count for name, value in sums.items()}


def log(path, row):
    fresh = not path.exists()
    with path.open("a", newline="") as file:
        writer = csv.DictWriter(file, ["epoch", "seconds", "rate", "loss", "box", "object", "class", *CLASSES])
        if fresh:
            writer.writeheader()
        writer.writerow({name: f"{value:.5g}" if isinstance(value, float) else value for name, value in row.items()})


def train(config, sets, data, work, workers):
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    folder = work / config.name
    folder.mkdir(parents=True, exist_ok=True)
    own = [PictureSet.read(entry) for entry in sets["train"] if entry["name"] in config.shares]
    unknown = set(config.shares) - {entry.name for entry in own}
    if unknown:
        raise SystemExit(f"shares of {config.name} names sets that sets.yaml does not train on: {', '.join(sorted(unknown))}")
    judged = [PictureSet.read(entry) for entry in sets["validate"]]
    labels, masks = read_labels(work, own + judged)
    pictures = load(own, labels, data, config.side_max)
    persons = persons_of(own, labels, masks, data)
    validation = load(judged, labels, data, 4096)
    print(f"{config.name}: {len(pictures)} pictures, {len(persons)} persons, {len(validation)} to judge by, on {device}", flush=True)

    run = Run(config, folder, device)
    run.resume()
    cells, strides = (tensor.to(device) for tensor in cells_of(config.width, config.height))
    steps = config.epochs * (config.samples // config.batch)
    while run.epoch < config.epochs:
        started = time.monotonic()
        calm = run.epoch >= config.epochs - config.calm_epochs
        composer = Composer(pictures, persons, config.shares, config.width, config.height, config.seed, 0.5 if calm else 1.0)
        samples = Samples(composer, run.epoch * config.samples, config.samples)
        loader = DataLoader(samples, config.batch, num_workers=workers, collate_fn=collate, drop_last=True,
                            worker_init_fn=give_way)
        row = train_epoch(run, loader, cells, strides, steps)
        run.epoch += 1
        if run.epoch % config.evaluate_every == 0 or run.epoch == config.epochs:
            row.update(evaluate(run.average, validation, config.width, config.height))
        row.update(epoch=run.epoch, seconds=time.monotonic() - started, rate=float(run.optimizer.param_groups[0]["lr"]))
        run.save()
        log(folder / "log.csv", row)
        print(json.dumps({name: round(value, 4) for name, value in row.items()}), flush=True)
    torch.save(run.average.state_dict(), folder / "weights.pt")
    plot_log(folder / "log.csv", folder / "loss.png", config.name)


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("config", type=Path)
    arguments.add_argument("--data", required=True, type=Path)
    arguments.add_argument("--work", required=True, type=Path, help="where prepare.py wrote; checkpoints go to WORK/NAME")
    arguments.add_argument("--sets", type=Path, default=Path(__file__).parent / "sets.yaml")
    arguments.add_argument("--workers", type=int, default=2, help="processes that make samples")
    arguments.add_argument("--threads", type=int, default=os.cpu_count(), help="of the net itself")
    options = arguments.parse_args()
    cv2.setNumThreads(0)
    torch.set_num_threads(options.threads)
    train(Config.read(options.config), yaml.safe_load(options.sets.read_text()), options.data, options.work, options.workers)


if __name__ == "__main__":
    main()
