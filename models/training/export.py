"""Step 3: writes the trained detector as ONNX, and what is needed to check it node by node.

    python3 export.py configs/street-320.yaml --work ../../artifacts/training --to ../street-320/street-320.onnx \\
        --check ../../artifacts/training/street-320/check --pictures CLIP_OR_FOLDER
    edge models compare ../../artifacts/training/street-320/check
"""

import argparse
import copy
import hashlib
from pathlib import Path

import cv2
import numpy as np
import onnx
import torch
from torch import nn
from torch.nn.utils.fusion import fuse_conv_bn_eval

from evaluate import letterbox
from net import Merge, Residual, Stage, Unit
from pictures import frames_of
from train import Config

OPSET = 13      # the first with scales per channel, which the int8 variant needs


class Halves(nn.Module):
    """The first unit of a stage as two, one for each half of its channels: nothing is left to be cut apart at run time."""

    def __init__(self, unit):
        super().__init__()
        half = unit[0].out_channels // 2
        self.kept, self.passed = (part_of(unit, rows) for rows in (slice(0, half), slice(half, None)))

    def forward(self, x):
        return torch.cat([self.kept(x), self.passed(x)], 1)


def part_of(unit, rows):
    whole = unit[0]
    convolution = nn.Conv2d(whole.in_channels, whole.weight[rows].shape[0], 1)
    convolution.weight.data, convolution.bias.data = whole.weight.data[rows].clone(), whole.bias.data[rows].clone()
    return Plain(convolution)


class Plain(nn.Sequential):
    """A unit after its normalisation went into its convolution."""

    def __init__(self, convolution):
        super().__init__(convolution, nn.ReLU())


class FoldedStage(nn.Module):
    def __init__(self, stage):
        super().__init__()
        self.enter = Halves(stage.enter)
        self.chain, self.leave = stage.chain, stage.leave

    def forward(self, x):
        links = [self.enter.kept(x), self.enter.passed(x)]
        for unit in self.chain:
            links.append(unit(links[-1]))
        return self.leave(torch.cat(links, 1))


def fold(module):
    """Batch normalisation into the convolutions, in place."""
    for name, child in module.named_children():
        if isinstance(child, Unit):
            setattr(module, name, Plain(fuse_conv_bn_eval(child[0], child[1])))
        else:
            fold(child)
    for name, child in module.named_children():
        if isinstance(child, Stage):
            setattr(module, name, FoldedStage(child))
    return module


class Revealed(nn.Module):
    """The detector as it is exported, and with it the value of every node by name."""

    def __init__(self, detector):
        super().__init__()
        self.detector = fold(copy.deepcopy(detector).eval())
        self.names, self.values = [], []
        for name, module in self.detector.named_modules():
            if isinstance(module, (Plain, Residual, Merge)) or name.endswith((".box", ".kind")):
                module.register_forward_hook(self.keep(name))

    def keep(self, name):
        def hook(_module, _inputs, value):
            self.names.append(name)
            self.values.append(value)
        return hook

    def forward(self, pictures):
        self.names, self.values = [], []
        output = as_shares(self.detector(pictures))
        return output, *self.values


def as_shares(rows):
    """Objectness and class scores as 0..1."""
    return torch.cat([rows[..., :4], rows[..., 4:].sigmoid()], 2)


def export(detector, config, path):
    """Writes the model to path; returns the same model with every node as an output, and the net that gives their values."""
    revealed = Revealed(detector).eval()
    example = torch.zeros(1, 3, config.height, config.width)
    with torch.no_grad():
        revealed(example)
    names = ["output", *revealed.names]
    path.parent.mkdir(parents=True, exist_ok=True)
    torch.onnx.export(
        revealed, example, str(path), opset_version=OPSET, input_names=["images"], output_names=names,
        dynamic_axes={name: {0: "batch"} for name in ["images", *names]})
    graph = onnx.load(str(path))
    model = onnx.ModelProto()
    model.CopyFrom(graph)
    del model.graph.output[1:]
    model.producer_name, model.doc_string = "models/training", config.name
    onnx.checker.check_model(model)
    onnx.save(model, str(path))
    return graph, revealed


def pictures_of(path, count):
    """Up to count pictures spread evenly over a clip or a folder."""
    if path.is_dir():
        files = sorted(file for file in path.rglob("*") if file.suffix.lower() in (".jpg", ".jpeg", ".png"))
        return [cv2.imread(str(file)) for file in files[:: max(1, len(files) // count)][:count]]
    total = int(cv2.VideoCapture(str(path)).get(cv2.CAP_PROP_FRAME_COUNT))
    return [frame for _, frame in frames_of(path, max(1, total // count))][:count]


def as_input(pictures, config):
    """float32 [N, 3, H, W], BGR, 0..255."""
    fitted = np.stack([letterbox(picture, config.width, config.height)[0] for picture in pictures])
    return torch.from_numpy(fitted).permute(0, 3, 1, 2).float().contiguous()


@torch.no_grad()
def write_check(graph, detector, revealed, pictures, config, folder):
    """
    graph.onnx, inputs.npy, nodes.txt and the value of each node: what `edge models compare` reads. The output is that of the
    detector as it was trained, so that a mistake in folding shows too.
    """
    folder.mkdir(parents=True, exist_ok=True)
    onnx.save(graph, str(folder / "graph.onnx"))
    inputs = as_input(pictures, config)
    np.save(folder / "inputs.npy", inputs.numpy())
    values = [torch.cat(parts).numpy() for parts in zip(*(revealed(inputs[i:i + 1]) for i in range(len(inputs))))]
    values[0] = torch.cat([as_shares(detector.eval()(inputs[i:i + 1])) for i in range(len(inputs))]).numpy()
    (folder / "nodes.txt").write_text("\n".join(["output", *revealed.names]) + "\n")
    for index, value in enumerate(values):
        np.save(folder / f"{index:04}.npy", value)


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("config", type=Path)
    arguments.add_argument("--work", required=True, type=Path)
    arguments.add_argument("--to", required=True, type=Path, help="the ONNX file")
    arguments.add_argument("--check", type=Path, help="folder for the reference values")
    arguments.add_argument("--pictures", type=Path, help="clip or folder that the reference values are taken on")
    arguments.add_argument("--count", type=int, default=50, help="how many pictures")
    options = arguments.parse_args()
    config = Config.read(options.config)
    detector = config.detector()
    weights = options.work / config.name / "weights.pt"
    if not weights.exists():
        raise SystemExit(f"{weights} is not there: train first.")
    detector.load_state_dict(torch.load(weights, map_location="cpu"))
    graph, revealed = export(detector, config, options.to)
    print(f"{options.to}: {options.to.stat().st_size} bytes, sha256 {hashlib.sha256(options.to.read_bytes()).hexdigest()}")
    if options.check:
        if not options.pictures:
            raise SystemExit("--check needs --pictures.")
        write_check(graph, detector, revealed, pictures_of(options.pictures, options.count), config, options.check)
        print(f"{options.check}: {len(revealed.names) + 1} nodes. Now: edge models compare {options.check}")


if __name__ == "__main__":
    main()
