"""Step 4, optional: an int8 variant by static quantisation.

Activations are unsigned 8 bit with one scale a tensor, taken from training samples; weights are signed with one scale a
channel, in 7 bits, because CPUs without VNNI add two products in 16 bits and would saturate with 8. The last convolutions
of the heads stay in float32: a box and an objectness share no sensible scale. Written as QuantizeLinear/DequantizeLinear
pairs, which ONNX Runtime turns into integer kernels.

    python3 quantise.py configs/street-320.yaml --data ../../../shared/data --work ../../artifacts/training \\
        --to ../street-320-int8/street-320-int8.onnx
"""

import argparse
import hashlib
from pathlib import Path

import numpy as np
import onnx
import torch
import yaml
from onnx import numpy_helper

from augment import Composer
from export import export
from pictures import PictureSet, load
from train import Config, persons_of, read_labels

WEIGHT_MAX = 63
SHARE_INSIDE = 0.9999       # of a tensor's values that the scale covers
IMAGE = (1 / 128, 128)      # scale and zero of (byte / 128 - 1): exact


@torch.no_grad()
def measure(revealed, samples):
    """Name of a node -> the value that SHARE_INSIDE of its positive values stay below."""
    seen = {}
    for picture, _, _ in samples:
        revealed(torch.from_numpy(picture).permute(2, 0, 1)[None].float())
        for name, value in zip(revealed.names, revealed.values):
            # Of each picture's largest values enough to find the share over all pictures.
            count = max(1, int(value.numel() * (1 - SHARE_INSIDE) * 4))
            top = value.flatten().topk(count).values
            seen.setdefault(name, ([], [0]))[0].append(top)
            seen[name][1][0] += value.numel()
    ranges = {}
    for name, (tops, (total,)) in seen.items():
        values = torch.cat(tops).sort(descending=True).values
        ranges[name] = max(float(values[min(len(values) - 1, int(total * (1 - SHARE_INSIDE)))]), 1e-6)
    return ranges


class Rewriter:
    """Puts a pair of quantise and dequantise behind every tensor that has a range, and int8 weights into the convolutions."""

    def __init__(self, model, ranges):
        self.model, self.graph, self.ranges = model, model.graph, ranges
        self.weights = {entry.name: numpy_helper.to_array(entry) for entry in self.graph.initializer}
        self.scales = {}        # tensor -> (scale, zero)
        self.nodes = []

    def constant(self, name, value):
        if not any(entry.name == name for entry in self.graph.initializer):
            self.graph.initializer.append(numpy_helper.from_array(value, name))
        return name

    def rewrite(self):
        for node in list(self.graph.node):
            for index, name in enumerate(node.input):
                if name in self.scales:
                    node.input[index] = f"{name}/dequantised"
            if node.op_type == "Conv" and node.input[0].endswith("/dequantised") and not self.is_last(node):
                self.quantise_weights(node)
            self.nodes.append(node)
            output = node.output[0]
            scale = self.scale_of(node, output)
            if scale is not None:
                self.pair(output, scale)
        used = {name for node in self.nodes for name in node.input}
        kept = [entry for entry in self.graph.initializer if entry.name in used]
        del self.graph.node[:], self.graph.initializer[:]
        self.graph.node.extend(self.nodes)
        self.graph.initializer.extend(kept)
        onnx.checker.check_model(self.model)
        return self.model

    def is_last(self, node):
        return node.output[0].endswith((".box", ".kind"))

    def scale_of(self, node, output):
        """(scale, zero) that the node's output is stored with; None where it stays float32."""
        inputs = [name.removesuffix("/dequantised") for name in node.input]
        if node.op_type == "Sub":
            return IMAGE
        if node.op_type == "Resize":
            return self.scales[inputs[0]]
        if node.op_type == "Concat" and all(name in self.scales for name in inputs):
            return max(self.scales[name] for name in inputs)
        if output in self.ranges and not self.is_last(node):
            return self.ranges[output] / 255, 0
        return None

    def pair(self, name, scale):
        self.scales[name] = scale
        scale_name = self.constant(f"{name}/scale", np.float32(scale[0]))
        zero_name = self.constant(f"{name}/zero", np.uint8(scale[1]))
        self.nodes.append(onnx.helper.make_node("QuantizeLinear", [name, scale_name, zero_name], [f"{name}/quantised"]))
        self.nodes.append(onnx.helper.make_node(
            "DequantizeLinear", [f"{name}/quantised", scale_name, zero_name], [f"{name}/dequantised"]))

    def quantise_weights(self, node):
        source = node.input[0].removesuffix("/dequantised")
        weight, bias = self.weights[node.input[1]], self.weights[node.input[2]]
        scales = (np.abs(weight).reshape(len(weight), -1).max(1) / WEIGHT_MAX).clip(1e-9).astype(np.float32)
        small = np.round(weight / scales[:, None, None, None]).clip(-WEIGHT_MAX, WEIGHT_MAX).astype(np.int8)
        sums = (scales * np.float32(self.scales[source][0])).astype(np.float32)
        offsets = np.round(bias / sums).clip(-2**31 + 1, 2**31 - 1).astype(np.int32)
        for index, value, scale in ((1, small, scales), (2, offsets, sums)):
            name = node.input[index]
            inputs = [self.constant(f"{name}/int", value), self.constant(f"{name}/scale", scale),
                      self.constant(f"{name}/zero", np.zeros(len(scale), value.dtype))]
            self.nodes.append(onnx.helper.make_node("DequantizeLinear", inputs, [f"{name}/dequantised"], axis=0))
            node.input[index] = f"{name}/dequantised"


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("config", type=Path)
    arguments.add_argument("--data", required=True, type=Path)
    arguments.add_argument("--work", required=True, type=Path)
    arguments.add_argument("--to", required=True, type=Path)
    arguments.add_argument("--sets", type=Path, default=Path(__file__).parent / "sets.yaml")
    arguments.add_argument("--count", type=int, default=256, help="training samples that the scales are taken from")
    options = arguments.parse_args()
    config = Config.read(options.config)
    detector = config.detector()
    detector.load_state_dict(torch.load(options.work / config.name / "weights.pt", map_location="cpu"))
    _, revealed = export(detector, config, options.to)
    sets = [PictureSet.read(entry) for entry in yaml.safe_load(options.sets.read_text())["train"] if entry["name"] in config.shares]
    labels, masks = read_labels(options.work, sets)
    composer = Composer(load(sets, labels, options.data, config.side_max), persons_of(sets, labels, masks, options.data),
                        config.shares, config.width, config.height, config.seed + 1, 0.5)
    ranges = measure(revealed, (composer.sample(number) for number in range(options.count)))
    model = Rewriter(onnx.load(str(options.to)), ranges).rewrite()
    onnx.save(model, str(options.to))
    print(f"{options.to}: {options.to.stat().st_size} bytes, sha256 {hashlib.sha256(options.to.read_bytes()).hexdigest()}")


if __name__ == "__main__":
    main()
