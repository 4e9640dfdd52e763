"""The teacher: YOLOX-nano through OpenCV's DNN module, on the whole picture, its mirror image and overlapping tiles.

The weights are not part of this repository (see models/yolox-nano). Boxes are [left, top, right, bottom] in pixels.
"""

import cv2
import numpy as np

from classes import COCO_NAMES, CLASS_OF_NAME

INPUT = 416
PAD = 114
STRIDES = (8, 16, 32)


class Teacher:
    def __init__(self, weights, score_min=0.2):
        self.net = cv2.dnn.readNetFromONNX(str(weights))
        self.score_min = score_min
        self.classes = np.array([CLASS_OF_NAME.get(name, -1) for name in COCO_NAMES])
        self.cells, self.strides = grid(INPUT, INPUT)

    def label(self, picture, tiles):
        """Objects in a BGR picture: float32 [N, 6] of left, top, right, bottom, class, score; no duplicates."""
        height, width = picture.shape[:2]
        found = [self.detect(picture)]
        mirrored = self.detect(np.ascontiguousarray(picture[:, ::-1]))
        mirrored[:, [0, 2]] = width - mirrored[:, [2, 0]]
        found.append(mirrored)
        for left, top, right, bottom in tiles_of(width, height, tiles):
            boxes = self.detect(np.ascontiguousarray(picture[top:bottom, left:right]))
            # A box that a tile's edge cuts is left to the neighbour or to the whole picture.
            cut = ((boxes[:, 0] < 3) & (left > 0)) | ((boxes[:, 1] < 3) & (top > 0))
            cut |= ((boxes[:, 2] > right - left - 3) & (right < width)) | ((boxes[:, 3] > bottom - top - 3) & (bottom < height))
            boxes = boxes[~cut]
            boxes[:, [0, 2]] += left
            boxes[:, [1, 3]] += top
            found.append(boxes)
        return suppress(np.concatenate(found), 0.5)

    def detect(self, picture):
        height, width = picture.shape[:2]
        scale = min(INPUT / width, INPUT / height)
        fitted = cv2.resize(picture, (round(width * scale), round(height * scale)), interpolation=cv2.INTER_LINEAR)
        canvas = np.full((INPUT, INPUT, 3), PAD, np.uint8)
        canvas[: fitted.shape[0], : fitted.shape[1]] = fitted
        self.net.setInput(canvas.astype(np.float32).transpose(2, 0, 1)[None])
        rows = self.net.forward()[0]
        scores = rows[:, 5:] * rows[:, 4:5]
        best = scores.argmax(1)
        score = scores[np.arange(len(rows)), best]
        kind = self.classes[best]
        keep = (score >= self.score_min) & (kind >= 0)
        centre = (rows[keep, :2] + self.cells[keep]) * self.strides[keep, None]
        half = np.exp(rows[keep, 2:4]) * self.strides[keep, None] / 2
        boxes = np.concatenate([centre - half, centre + half], 1) / scale
        boxes[:, [0, 2]] = boxes[:, [0, 2]].clip(0, width)
        boxes[:, [1, 3]] = boxes[:, [1, 3]].clip(0, height)
        found = np.column_stack([boxes, kind[keep], score[keep]]).astype(np.float32)
        return suppress(found, 0.6)


def grid(width, height):
    """Cells of the three grids, in the order of the output: [cells, 2] of x, y and [cells] of strides."""
    cells, strides = [], []
    for stride in STRIDES:
        across, down = width // stride, height // stride
        y, x = np.mgrid[:down, :across]
        cells.append(np.stack([x.ravel(), y.ravel()], 1))
        strides.append(np.full(across * down, stride))
    return np.concatenate(cells).astype(np.float32), np.concatenate(strides).astype(np.float32)


def tiles_of(width, height, count):
    """count x count overlapping tiles of the picture; none for a count of 1."""
    if count < 2:
        return
    wide, high = int(width / count * 1.25), int(height / count * 1.25)
    for row in range(count):
        for column in range(count):
            left = round((width - wide) * column / (count - 1))
            top = round((height - high) * row / (count - 1))
            yield left, top, left + wide, top + high


def overlaps(a, b):
    """Intersection over union of [N, 4] with [M, 4]: [N, M]."""
    corner = np.maximum(a[:, None, :2], b[None, :, :2])
    end = np.minimum(a[:, None, 2:4], b[None, :, 2:4])
    common = (end - corner).clip(0).prod(2)
    area_a = (a[:, 2:4] - a[:, :2]).prod(1)
    area_b = (b[:, 2:4] - b[:, :2]).prod(1)
    return common / (area_a[:, None] + area_b[None] - common).clip(1e-9)


def suppress(found, overlap_max):
    """Greedy non-maximum suppression within a class of [N, 6]."""
    found = found[np.argsort(-found[:, 5], kind="stable")]
    kept = []
    while len(found):
        kept.append(found[0])
        same = (found[:, 4] == found[0, 4]) & (overlaps(found[:1, :4], found[:, :4])[0] > overlap_max)
        same[0] = True
        found = found[~same]
    return np.array(kept, np.float32).reshape(-1, 6)
