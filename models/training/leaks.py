"""Looks for frames of the evaluation sequences among the pictures to be trained on.

The frames of some sequences are not at hand, only their ground truth: a picture whose persons stand, as the teacher sees
them, where the truth of a frame has them is taken for that frame. Ends with 1 if there are any.
    python3 leaks.py --data ../../../shared/data --work ../../artifacts/training
"""

import argparse
import sys
from pathlib import Path

import cv2
import numpy as np
import yaml

from classes import PERSON
from pictures import PictureSet
from teacher import overlaps

# Sequence -> size of its frames.
SEQUENCES = {"TUD-Campus": (640, 480), "TUD-Stadtmitte": (640, 480), "ETH-Bahnhof": (640, 480),
             "KITTI-13": (1242, 375), "KITTI-17": (1224, 370), "PETS09-S2L1": (768, 576)}
PERSONS_MIN = 4
SHARE_SAME = 0.75


def truth_of(path):
    """Frame -> float32 [N, 4] of left, top, right, bottom."""
    rows = np.loadtxt(path, delimiter=",", usecols=range(6), ndmin=2)
    boxes = np.column_stack([rows[:, 2:4], rows[:, 2:4] + rows[:, 4:6]]).astype(np.float32)
    return {int(frame): boxes[rows[:, 0] == frame] for frame in np.unique(rows[:, 0])}


def same_place(truth, seen):
    """Share of the truth that is seen where it stands, and of the seen that is truth: the lower one."""
    overlap = overlaps(truth, seen) >= 0.5
    return min(overlap.any(1).mean(), overlap.any(0).mean())


def main():
    here = Path(__file__).parent
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--data", required=True, type=Path)
    arguments.add_argument("--work", required=True, type=Path)
    options = arguments.parse_args()
    sequences = {name: truth_of(options.data / "gt" / name / "gt/gt.txt") for name in SEQUENCES}
    found = 0
    for entry in yaml.safe_load((here / "sets.yaml").read_text())["train"]:
        picture_set = PictureSet.read(entry)
        with np.load(options.work / f"labels-{picture_set.name}.npz") as stored:
            for key in stored.files:
                boxes = stored[key]
                seen = boxes[(boxes[:, 4] == PERSON) & (boxes[:, 5] >= 0.4), :4]
                if len(seen) < PERSONS_MIN:
                    continue
                picture = cv2.imread(str(options.data / key)) if "#" not in key else None
                if picture is None:
                    continue
                size = np.array(picture.shape[1::-1] * 2, np.float32)
                for name, frames in sequences.items():
                    scale = np.array(SEQUENCES[name] * 2, np.float32) / size
                    for frame, truth in frames.items():
                        if len(truth) >= PERSONS_MIN and same_place(truth, seen * scale) >= SHARE_SAME:
                            print(f"{key} stands like frame {frame} of {name}", flush=True)
                            found += 1
    print(f"{found} pictures like frames of evaluation sequences")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
