"""The detector: plain convolutions with ReLU, three grids of 8, 16 and 32 pixels, one decoupled anchor-free head each.

Plain 3x3 convolutions: ONNX Runtime does more of their multiplications in a millisecond than of depthwise ones, and they gain
from int8 (README.md, measured). Output as YOLOX without decoding: [batch, cells, 5 + classes] of x, y, log width, log height,
objectness, class scores; centre = (xy + cell) * stride, size = exp(wh) * stride (Ge et al., YOLOX, 2021).
"""

import torch
from torch import nn
from torch.nn import functional as F

STRIDES = (8, 16, 32)


class Unit(nn.Sequential):
    """Convolution, batch normalisation, ReLU."""

    def __init__(self, inside, outside, kernel=3, stride=1):
        super().__init__(
            nn.Conv2d(inside, outside, kernel, stride, kernel // 2, bias=False),
            nn.BatchNorm2d(outside, eps=1e-3, momentum=0.03),
            nn.ReLU(inplace=True))


class Residual(nn.Module):
    def __init__(self, channels):
        super().__init__()
        self.first = Unit(channels, channels)
        self.second = Unit(channels, channels)

    def forward(self, x):
        return x + self.second(self.first(x))


class Stage(nn.Module):
    """Half the channels go through a chain of residual units; every link of the chain is kept and mixed (as in ELAN, C2f)."""

    def __init__(self, channels, depth):
        super().__init__()
        self.half = channels // 2
        self.enter = Unit(channels, channels, 1)
        self.chain = nn.ModuleList(Residual(self.half) for _ in range(depth))
        self.leave = Unit(self.half * (2 + depth), channels, 1)

    def forward(self, x):
        x = self.enter(x)
        links = [x[:, :self.half], x[:, self.half:]]
        for unit in self.chain:
            links.append(unit(links[-1]))
        return self.leave(torch.cat(links, 1))


class Merge(nn.Module):
    """A level and, at twice its size, the coarser one below it."""

    def forward(self, fine, coarse):
        return fine + F.interpolate(coarse, scale_factor=2.0)


class Head(nn.Module):
    def __init__(self, channels, classes):
        super().__init__()
        self.box_unit = Unit(channels, channels)
        self.kind_unit = Unit(channels, channels)
        self.box = nn.Conv2d(channels, 5, 1)
        self.kind = nn.Conv2d(channels, classes, 1)
        # A prior of 1 % keeps the first steps calm (Lin et al., Focal Loss, 2017, section 3.3).
        nn.init.constant_(self.box.bias[4:], -4.6)

    def forward(self, x):
        return torch.cat([self.box(self.box_unit(x)), self.kind(self.kind_unit(x))], 1)


def in_rows(level):
    """[B, C, H, W] -> [B, C, H * W], with sizes that are constants of an exported graph."""
    channels, height, width = (int(size) for size in level.shape[1:])
    return level.reshape(-1, channels, height * width)


class Detector(nn.Module):
    """Pictures [B, 3, H, W], BGR, 0..255, H and W multiples of 32 -> logits [B, cells, 5 + classes]."""

    def __init__(self, widths, depths, head_width, classes):
        super().__init__()
        self.stem = Unit(3, widths[0], 3, 2)
        self.stages = nn.ModuleList()
        for inside, outside, depth in zip(widths, widths[1:], depths):
            down = Unit(inside, outside, 3, 2)
            self.stages.append(nn.Sequential(down, Stage(outside, depth)) if depth else down)
        self.lateral = nn.ModuleList(Unit(width, head_width, 1) for width in widths[2:])
        self.merge = nn.ModuleList(Merge() for _ in STRIDES[1:])
        self.heads = nn.ModuleList(Head(head_width, classes) for _ in STRIDES)

    def forward(self, x):
        # Inside the net so that whoever runs it feeds bytes as they are.
        x = self.stem(x * (1 / 128) - 1)
        levels = []
        for stage in self.stages:
            x = stage(x)
            levels.append(x)
        fine, middle, coarse = (lateral(level) for lateral, level in zip(self.lateral, levels[1:]))
        middle = self.merge[0](middle, coarse)
        fine = self.merge[1](fine, middle)
        rows = [in_rows(head(level)) for head, level in zip(self.heads, (fine, middle, coarse))]
        return torch.cat(rows, 2).transpose(1, 2)


def cells_of(width, height):
    """[cells, 2] of x, y and [cells, 1] of strides, in the order of the output."""
    cells, strides = [], []
    for stride in STRIDES:
        y, x = torch.meshgrid(torch.arange(height // stride), torch.arange(width // stride), indexing="ij")
        cells.append(torch.stack([x.flatten(), y.flatten()], 1))
        strides.append(torch.full((cells[-1].shape[0], 1), stride))
    return torch.cat(cells).float(), torch.cat(strides).float()


def boxes_of(rows, cells, strides):
    """Left, top, right, bottom in input pixels of [B, cells, 4 or more]."""
    centre = (rows[..., :2] + cells) * strides
    # Early boxes may be of any size.
    half = rows[..., 2:4].clamp(-4, 6).exp() * strides / 2
    return torch.cat([centre - half, centre + half], -1)
