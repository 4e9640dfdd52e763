"""Where training pictures come from: labelled folders, folders without labels, clips. Frames of clips stay in memory."""

from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np

from classes import CLASSES


@dataclass
class Picture:
    key: str                # path below the data folder, for a frame followed by #number
    boxes: np.ndarray       # float32 [N, 6]: left, top, right, bottom in pixels, class, score (1 = labelled by hand)


@dataclass
class PictureSet:
    """One entry of sets.yaml."""
    name: str
    path: str
    kind: str               # yolo, unlabelled or clip
    classes: dict           # of a yolo set: its number of a class -> our class name
    tiles: int = 1          # the teacher looks at tiles x tiles parts as well
    every: int = 1          # of a clip: each n-th frame
    teach: bool = True      # complete the labels with the teacher's
    cut: bool = False       # persons may be cut out to be set into other pictures

    @staticmethod
    def read(entry):
        return PictureSet(**{"classes": {}, **entry})


def walk(picture_set, data):
    """Yields (key, BGR picture, labelled boxes [N, 6]) of a set, always in the same order."""
    root = Path(data) / picture_set.path
    if not root.exists():
        raise SystemExit(f"{root} of set '{picture_set.name}' is not there. Give the data folder with --data.")
    if picture_set.kind == "clip":
        for number, frame in frames_of(root, picture_set.every):
            yield f"{picture_set.path}#{number}", frame, np.zeros((0, 6), np.float32)
        return
    for path in sorted(p for p in root.rglob("*") if p.suffix.lower() in (".jpg", ".jpeg", ".png")):
        picture = cv2.imread(str(path))
        if picture is None:
            raise SystemExit(f"{path} cannot be read as a picture.")
        boxes = np.zeros((0, 6), np.float32)
        if picture_set.kind == "yolo":
            boxes = read_yolo(path, picture_set.classes, picture.shape[1], picture.shape[0])
        yield str(path.relative_to(data)), picture, boxes


def frames_of(path, every):
    clip = cv2.VideoCapture(str(path))
    number = 0
    while True:
        if number % every == 0:
            ok, frame = clip.read()
        else:
            ok, frame = clip.grab(), None
        if not ok:
            break
        if frame is not None:
            yield number, frame
        number += 1
    clip.release()
    if number == 0:
        raise SystemExit(f"{path} has no frame that can be decoded.")


def read_yolo(picture_path, classes, width, height):
    """`class x y w h` a line, centre and size as fractions of the picture."""
    parts = list(picture_path.with_suffix(".txt").parts)
    parts[len(parts) - 1 - parts[::-1].index("images")] = "labels"
    path = Path(*parts)
    boxes = []
    for number, line in enumerate(path.read_text().splitlines() if path.exists() else (), 1):
        fields = line.split()
        if len(fields) < 5:
            raise SystemExit(f"{path} line {number}: five numbers are wanted, not '{line}'.")
        name = classes.get(int(fields[0]))
        if name is None:
            continue
        x, y, w, h = (float(field) for field in fields[1:5])
        boxes.append([(x - w / 2) * width, (y - h / 2) * height, (x + w / 2) * width, (y + h / 2) * height, CLASSES.index(name), 1])
    return np.array(boxes, np.float32).reshape(-1, 6)


def load(sets, labels, data, side_max):
    """All labelled pictures in memory, longer side at most side_max: list of (BGR uint8, half size, boxes [N, 6], set name)."""
    loaded = []
    for picture_set in sets:
        for key, picture, _ in walk(picture_set, data):
            if key not in labels:
                continue
            scale = min(1.0, side_max / max(picture.shape[:2]))
            boxes = labels[key].copy()
            if scale < 1:
                picture = cv2.resize(picture, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
                boxes[:, :4] *= scale
            half = cv2.resize(picture, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA)
            loaded.append((picture, half, boxes, picture_set.name))
    return loaded
