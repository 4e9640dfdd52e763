"""Step 1: the teacher completes the labels of every picture, and persons that can be cut out get a mask.

Writes labels.npz and masks.npz into the work folder; no pixel of a picture is written. Goes on where it was cut.
    python3 prepare.py --data ../../../shared/data --work ../../artifacts/training
"""

import argparse
import sys
import time
from pathlib import Path

import cv2
import numpy as np
import yaml

from classes import PERSON
from pictures import PictureSet, walk
from teacher import Teacher, overlaps

SCORE_OBJECT = 0.5      # of the teacher's boxes: from here an object, below not counted either way
CUT_HEIGHT_MIN = 48     # pixels
CUT_HEIGHT = 128        # masks are made at this height


def merge(labelled, taught):
    """The labelled boxes and those of the teacher that show something else: [N, 6]."""
    if len(labelled) and len(taught):
        same = (overlaps(taught[:, :4], labelled[:, :4]) > 0.4) & (taught[:, 4:5] == labelled[None, :, 4])
        taught = taught[~same.any(1)]
    return np.concatenate([labelled, taught])


def cut_masks(picture, boxes):
    """Index of the box -> mask of the person in it, uint8 0/1, CUT_HEIGHT high, for persons who stand alone."""
    masks = {}
    height, width = picture.shape[:2]
    for index, box in enumerate(boxes):
        left, top, right, bottom = box[:4]
        wide, high = right - left, bottom - top
        inside = left > 3 and top > 3 and right < width - 3 and bottom < height - 3
        if box[4] != PERSON or box[5] < 0.6 or high < CUT_HEIGHT_MIN or not 0.25 < wide / high < 0.6 or not inside:
            continue
        others = overlaps(box[None, :4], boxes[:, :4])[0]
        others[index] = 0
        if others.max() > 0.08:
            continue
        mask = cut_one(picture, box)
        if mask is not None:
            masks[index] = mask
    return masks


def cut_one(picture, box):
    """GrabCut (Rother et al. 2004) of a box with a margin; None where it finds no upright body."""
    height, width = picture.shape[:2]
    left, top, right, bottom = box[:4]
    margin = 0.15 * (bottom - top)
    x0, y0 = int(max(0, left - margin)), int(max(0, top - margin))
    x1, y1 = int(min(width, right + margin)), int(min(height, bottom + margin))
    scale = CUT_HEIGHT / (bottom - top)
    patch = cv2.resize(picture[y0:y1, x0:x1], None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR)
    inner = [int((left - x0) * scale), int((top - y0) * scale), int((right - left) * scale), CUT_HEIGHT]
    mask = np.zeros(patch.shape[:2], np.uint8)
    cv2.setRNGSeed(1)
    cv2.grabCut(patch, mask, inner, np.zeros((1, 65)), np.zeros((1, 65)), 3, cv2.GC_INIT_WITH_RECT)
    body = ((mask == 1) | (mask == 3)).astype(np.uint8)[inner[1]:inner[1] + CUT_HEIGHT, inner[0]:inner[0] + inner[2]]
    count, parts, stats, _ = cv2.connectedComponentsWithStats(body)
    if count < 2:
        return None
    largest = 1 + stats[1:, cv2.CC_STAT_AREA].argmax()
    share = stats[largest, cv2.CC_STAT_AREA] / body.size
    tall = stats[largest, cv2.CC_STAT_HEIGHT] / CUT_HEIGHT
    return (parts == largest).astype(np.uint8) if 0.25 < share < 0.8 and tall > 0.9 else None


def prepare(picture_set, data, teacher):
    labels, masks = {}, {}
    told = time.monotonic()
    for key, picture, boxes in walk(picture_set, data):
        if picture_set.teach:
            boxes = merge(boxes, teacher.label(picture, picture_set.tiles))
        labels[key] = boxes
        if picture_set.cut:
            masks.update({f"{key}|{index}": mask for index, mask in cut_masks(picture, boxes).items()})
        if time.monotonic() - told > 10:
            told = time.monotonic()
            print(f"{picture_set.name}: {len(labels)} pictures, {len(masks)} masks", flush=True)
    return labels, masks


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--data", required=True, type=Path, help="folder that holds train/, clips/ and models/")
    arguments.add_argument("--work", required=True, type=Path, help="folder for what is made on the way")
    arguments.add_argument("--teacher", type=Path, help="weights of YOLOX-nano; models/yolox_nano.onnx of the data if not given")
    arguments.add_argument("--sets", type=Path, default=Path(__file__).parent / "sets.yaml")
    arguments.add_argument("--only", nargs="*", help="names of sets; all if not given")
    options = arguments.parse_args()
    cv2.setNumThreads(1)
    weights = options.teacher or options.data / "models/yolox_nano.onnx"
    options.work.mkdir(parents=True, exist_ok=True)
    sets = yaml.safe_load(options.sets.read_text())
    if any(entry.get("teach", True) for entry in sets["train"] + sets["validate"]) and not weights.exists():
        raise SystemExit(f"{weights}, the teacher, is not there. Name it with --teacher, or set teach: false in {options.sets}.")
    teacher = Teacher(weights) if weights.exists() else None
    for entry in sets["train"] + sets["validate"]:
        picture_set = PictureSet.read(entry)
        target = options.work / f"labels-{picture_set.name}.npz"
        if target.exists() or (options.only and picture_set.name not in options.only):
            continue
        labels, masks = prepare(picture_set, options.data, teacher)
        np.savez_compressed(options.work / f"masks-{picture_set.name}.npz", **masks)
        np.savez_compressed(target, **labels)
        objects = sum((boxes[:, 5] >= SCORE_OBJECT).sum() for boxes in labels.values())
        print(f"{picture_set.name}: {len(labels)} pictures, {objects} objects, {len(masks)} masks", flush=True)


if __name__ == "__main__":
    sys.exit(main())
