"""Average precision at half overlap of a detector on the validation sets, the teacher's boxes standing for the truth.

For judging epochs against each other. What counts is `edge models eval` on ground truth made by hand.
"""

import cv2
import numpy as np
import torch

from augment import PAD, SCORE_OBJECT
from classes import CLASSES
from net import boxes_of, cells_of
from teacher import overlaps, suppress

OBJECTS_MIN = 20


def letterbox(picture, width, height):
    """The picture top left in [height, width, 3], and its scale."""
    scale = min(width / picture.shape[1], height / picture.shape[0])
    fitted = cv2.resize(picture, (round(picture.shape[1] * scale), round(picture.shape[0] * scale)), interpolation=cv2.INTER_LINEAR)
    canvas = np.full((height, width, 3), PAD, np.uint8)
    canvas[: fitted.shape[0], : fitted.shape[1]] = fitted
    return canvas, scale


@torch.no_grad()
def detect(detector, pictures, width, height, score_min=0.01):
    """For every BGR picture float32 [N, 6] of box, class, score in its own pixels."""
    cells, strides = cells_of(width, height)
    device = next(detector.parameters()).device
    found = []
    for start in range(0, len(pictures), 16):
        fitted = [letterbox(picture, width, height) for picture in pictures[start:start + 16]]
        batch = torch.from_numpy(np.stack([canvas for canvas, _ in fitted])).permute(0, 3, 1, 2).float()
        rows = detector(batch.to(device)).float().cpu()
        scores = rows[..., 5:].sigmoid() * rows[..., 4:5].sigmoid()
        boxes = boxes_of(rows, cells, strides)
        for index, (_, scale) in enumerate(fitted):
            score, kind = scores[index].max(-1)
            keep = score >= score_min
            objects = torch.cat([boxes[index][keep] / scale, kind[keep, None].float(), score[keep, None]], 1)
            found.append(suppress(objects.numpy(), 0.6))
    return found


def curve(found, truths, kind):
    """(recall, precision, scores) of a class over all pictures, surest first; truths below SCORE_OBJECT count neither way. None without truths."""
    hits, total = [], 0
    for boxes, truth in zip(found, truths):
        truth = truth[truth[:, 4] == kind]
        sure = truth[:, 5] >= SCORE_OBJECT
        total += sure.sum()
        boxes = boxes[boxes[:, 4] == kind]
        overlap = overlaps(boxes, truth) if len(truth) else np.zeros((len(boxes), 0))
        free = np.ones(len(truth), bool)
        for row, box in zip(overlap, boxes):
            candidates = np.where(free, row, 0)
            best = candidates[sure].argmax() if sure.any() else -1
            if best >= 0 and candidates[sure][best] >= 0.5:
                free[np.flatnonzero(sure)[best]] = False
                hits.append((box[5], 1))
            elif not (len(row) and row[~sure].max(initial=0) >= 0.5):
                hits.append((box[5], 0))
    if not total:
        return None
    hits = np.array(sorted(hits, key=lambda hit: -hit[0]), np.float64).reshape(-1, 2)
    right = hits[:, 1].cumsum()
    return right / total, right / np.arange(1, len(hits) + 1), hits[:, 0]


def average_precision(found, truths, kind):
    """Area under the precision-recall curve made monotone (PASCAL VOC 2010); None where there is no such object."""
    points = curve(found, truths, kind)
    if points is None:
        return None
    recall, precision, _ = points
    precision = np.maximum.accumulate(precision[::-1])[::-1]
    return float((np.diff(np.r_[0, recall]) * precision).sum())


def evaluate(detector, pictures, width, height):
    """{class name: AP} over what pictures.load gives; classes with fewer than OBJECTS_MIN objects say nothing and are left out."""
    detector.eval()
    found = detect(detector, [picture for picture, *_ in pictures], width, height)
    truths = [truth for _, _, truth, _ in pictures]
    judged = np.concatenate(truths)
    judged = judged[judged[:, 5] >= SCORE_OBJECT, 4]
    return {name: average_precision(found, truths, kind) for kind, name in enumerate(CLASSES) if (judged == kind).sum() >= OBJECTS_MIN}
