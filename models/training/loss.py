"""Which cells answer for which object, and how wrong they are.

Assignment as in TOOD (Feng et al. 2021): of the cells near an object the ten with the best score * overlap^6 answer for
it, and their target is the overlap they reach. Boxes are judged by GIoU (Rezatofighi et al. 2019).
"""

import torch
from torch.nn import functional as F

from net import boxes_of

ANSWERS = 10
REACH_MIN = 7.0         # pixels to each side: an object smaller than a cell may hold no cell's centre
TARGET_MIN = 0.05
WEIGHT_BOX = 5.0
WEIGHT_OBJECT = 1.0
WEIGHT_CLASS = 0.5


def giou(a, b):
    """IoU and generalised IoU of boxes [N, 4], pair by pair."""
    area_a = (a[..., 2:] - a[..., :2]).clamp(0).prod(-1)
    area_b = (b[..., 2:] - b[..., :2]).clamp(0).prod(-1)
    common = (torch.minimum(a[..., 2:], b[..., 2:]) - torch.maximum(a[..., :2], b[..., :2])).clamp(0).prod(-1)
    union = (area_a + area_b - common).clamp(min=1e-6)
    hull = (torch.maximum(a[..., 2:], b[..., 2:]) - torch.minimum(a[..., :2], b[..., :2])).clamp(0).prod(-1).clamp(min=1e-6)
    overlap = common / union
    return overlap, overlap - (hull - union) / hull


@torch.no_grad()
def assign(boxes, rows, truth, cells, strides):
    """
    boxes [B, A, 4] of the logits rows [B, A, 5 + C]; truth [N, 6] of picture, left, top, right, bottom, class. Returns
    the index of the truth [B, A] and the target [B, A], which is 0 for cells that answer for none.
    """
    batch, count = rows.shape[:2]
    index = torch.zeros(batch * count, dtype=torch.long, device=rows.device)
    target = torch.zeros(batch * count, device=rows.device)
    if not len(truth):
        return index.view(batch, count), target.view(batch, count)
    centre = (cells + 0.5) * strides
    middle, reach = (truth[:, 1:3] + truth[:, 3:5]) / 2, ((truth[:, 3:5] - truth[:, 1:3]) / 2).clamp(min=REACH_MIN)
    near = (centre[None, :, 0] - middle[:, :1]).abs() < reach[:, :1]
    near &= (centre[None, :, 1] - middle[:, 1:]).abs() < reach[:, 1:]
    # From here on pairs of an object and a cell near it: few of all that there are.
    which, cell = near.nonzero(as_tuple=True)
    picture = truth[which, 0].long()
    overlap, _ = giou(boxes[picture, cell], truth[which, 1:5])
    score = rows[picture, cell, 4].sigmoid() * rows[picture, cell, 5 + truth[which, 5].long()].sigmoid()
    quality = torch.zeros(near.shape, device=rows.device)
    quality[which, cell] = score * overlap ** 6 + 1e-9
    floor = quality.topk(min(ANSWERS, count), dim=1).values[:, -1]
    chosen = quality[which, cell] >= floor[which].clamp(min=1e-10)
    which, cell, picture, overlap = which[chosen], cell[chosen], picture[chosen], overlap[chosen]

    # A cell that several objects want goes to the one it overlaps most.
    place = picture * count + cell
    rank = torch.empty_like(which)
    rank[overlap.argsort(stable=True)] = torch.arange(len(which), device=rows.device)
    highest = torch.full((batch * count,), -1, dtype=torch.long, device=rows.device).scatter_reduce(0, place, rank, "amax")
    own = highest[place] == rank
    which, cell, place, overlap = which[own], cell[own], place[own], overlap[own]

    reached = torch.zeros(len(truth), device=rows.device).scatter_reduce(0, which, overlap, "amax")
    pairs = quality[which, cell]
    peak = torch.zeros(len(truth), device=rows.device).scatter_reduce(0, which, pairs, "amax").clamp(min=1e-12)
    index[place] = which
    target[place] = (pairs / peak[which] * reached[which]).clamp(min=TARGET_MIN)
    return index.view(batch, count), target.view(batch, count)


@torch.no_grad()
def counted_cells(batch, unsure, cells, strides):
    """1 for cells that count, 0 for those whose centre lies in a box of unsure [K, 5] of picture and box: [B, A]."""
    centre = (cells + 0.5) * strides
    inside = (centre[None, :, 0] > unsure[:, 1:2]) & (centre[None, :, 0] < unsure[:, 3:4])
    inside &= (centre[None, :, 1] > unsure[:, 2:3]) & (centre[None, :, 1] < unsure[:, 4:5])
    covered = torch.zeros(batch, len(cells), device=cells.device).index_add_(0, unsure[:, 0].long(), inside.float())
    return (covered == 0).float()


def loss_of(rows, truth, unsure, cells, strides):
    """
    rows [B, A, 5 + C]: what the net says. truth [N, 6] of picture, box, class. unsure [K, 5] of picture and box: nothing in
    them is held against the net. Returns (loss, {part: value}).
    """
    rows = rows.float()
    boxes = boxes_of(rows, cells, strides)
    index, target = assign(boxes.detach(), rows.detach(), truth, cells, strides)
    answers = target > 0
    total = target.sum().clamp(min=1)
    counted = torch.maximum(counted_cells(len(rows), unsure, cells, strides), answers.float())
    object_loss = (F.binary_cross_entropy_with_logits(rows[..., 4], target, reduction="none") * counted).sum() / total
    if not answers.any():
        return object_loss, {"box": 0.0, "object": object_loss.item(), "class": 0.0}

    own, weight = truth[index[answers]], target[answers]
    _, fit = giou(boxes[answers], own[:, 1:5])
    box_loss = ((1 - fit) * weight).sum() / total
    logits = rows[..., 5:][answers]
    named = F.one_hot(own[:, 5].long(), logits.shape[-1]).float()
    class_loss = (F.binary_cross_entropy_with_logits(logits, named, reduction="none").sum(-1) * weight).sum() / total

    loss = WEIGHT_BOX * box_loss + WEIGHT_OBJECT * object_loss + WEIGHT_CLASS * class_loss
    return loss, {"box": box_loss.item(), "object": object_loss.item(), "class": class_loss.item()}
