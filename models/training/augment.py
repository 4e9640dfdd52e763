"""One training picture: parts of several pictures at the scale of a fixed camera, persons set in, then weather, night, camera."""

import cv2
import numpy as np

from classes import PERSON

PAD = 114
SCORE_OBJECT = 0.5
SIDE_MIN = 3.0          # pixels: what is narrower or
HEIGHT_MIN = 5.0        # lower is not held for or against the net
VISIBLE_MIN = 0.35      # of an object's area


class Composer:
    """
    Makes sample after sample from (picture, the same at half its size, boxes [N, 6], set name) and persons (BGR, mask, set
    name). The same seed gives the same sample, whoever makes it.
    """

    def __init__(self, pictures, persons, shares, width, height, seed, strength=1.0):
        self.pictures, self.persons = pictures, persons
        self.width, self.height, self.seed, self.strength = width, height, seed, strength
        names = np.array([name for *_, name in pictures])
        weight = np.zeros(len(pictures))
        for name in np.unique(names):
            weight[names == name] = shares[name] / (names == name).sum()
        # Every set's persons as often as any other's, however many it has.
        origins = np.array([name for _, _, name in persons])
        self.drawers = [np.flatnonzero(origins == name) for name in np.unique(origins)]
        self.noise = np.random.default_rng(seed).standard_normal((2 * height, 2 * width)).astype(np.float32)
        self.chance = (weight / weight.sum()).cumsum()

    def sample(self, number):
        """(BGR uint8 [height, width, 3], objects [N, 5] of box and class, unsure [K, 4])."""
        random = np.random.default_rng([self.seed, number])
        canvas = np.full((self.height, self.width, 3), PAD, np.uint8)
        boxes = []
        for area in self.split(random):
            boxes.append(self.fill(canvas, area, random))
        boxes = np.concatenate(boxes)
        if self.persons and random.random() < 0.5 * self.strength:
            boxes = self.set_in(canvas, boxes, random)
        canvas = spoil(canvas, random, self.strength, self.noise)
        return canvas, *sort_out(boxes)

    def split(self, random):
        """Rectangles left, top, right, bottom that make up the canvas."""
        across, down = ((1, 1), (2, 1), (2, 2), (3, 2), (3, 3))[random.choice(5, p=(0.4, 0.1, 0.25, 0.15, 0.1))]
        xs = np.linspace(0, self.width, across + 1) + np.r_[0, random.uniform(-0.0625, 0.0625, across - 1) * self.width, 0]
        ys = np.linspace(0, self.height, down + 1) + np.r_[0, random.uniform(-0.078125, 0.078125, down - 1) * self.height, 0]
        xs, ys = xs.round().astype(int), ys.round().astype(int)
        return [(xs[i], ys[j], xs[i + 1], ys[j + 1]) for j in range(down) for i in range(across)]

    def fill(self, canvas, area, random):
        """Sets a picture into an area of the canvas; its boxes on the canvas, with how much of each is to be seen: [N, 7]."""
        picture, half, boxes, _ = self.pictures[int(np.searchsorted(self.chance, random.random()))]
        left, top, right, bottom = area
        wide, high = right - left, bottom - top
        rows, columns = picture.shape[:2]
        fit = min(wide / columns, high / rows)
        full = max(wide / columns, high / rows)
        if random.random() < 0.2:
            # As it will be used: the whole picture, top left, the rest grey.
            scale, shift = fit, (0, 0)
        else:
            scale = self.scale(boxes, full, random)
            shift = [random.uniform(min(0, room), max(0, room)) for room in (wide - columns * scale, high - rows * scale)]
        stretch = random.uniform(0.9, 1.1)
        flip = random.random() < 0.5
        a, tx = scale * stretch, shift[0]
        matrix = np.array([[a, 0, tx], [0, scale, shift[1]]], np.float32)
        if flip:
            matrix[0] = [-a, 0, tx + a * (columns - 1)]
        if scale < 0.6 and random.random() < 0.6:
            # Half of the cameras' software averages when it shrinks, half takes single pixels.
            picture = half
            matrix[:, :2] *= 2
        canvas[top:bottom, left:right] = cv2.warpAffine(
            picture, matrix, (wide, high), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_CONSTANT, borderValue=(PAD, PAD, PAD))
        moved = np.empty((len(boxes), 7), np.float32)
        x0, x1 = boxes[:, 0] * a + tx, boxes[:, 2] * a + tx
        if flip:
            x0, x1 = columns * a + 2 * tx - x1, columns * a + 2 * tx - x0
        whole = np.stack([x0, boxes[:, 1] * scale + shift[1], x1, boxes[:, 3] * scale + shift[1]], 1)
        shown = whole.copy()
        shown[:, 0::2] = shown[:, 0::2].clip(0, wide)
        shown[:, 1::2] = shown[:, 1::2].clip(0, high)
        moved[:, 6] = area_of(shown) / np.maximum(area_of(whole), 1e-3)
        shown[:, 0::2] += left
        shown[:, 1::2] += top
        moved[:, :4] = shown
        moved[:, 4:6] = boxes[:, 4:6]
        return moved

    @staticmethod
    def scale(boxes, full, random):
        """A scale that gives a random object of the picture a height that fixed cameras see."""
        sure = boxes[boxes[:, 5] >= SCORE_OBJECT]
        if not len(sure):
            return full * random.uniform(0.8, 1.6)
        height = sure[random.integers(len(sure))]
        wanted = np.exp(random.uniform(np.log(10), np.log(130)))
        return float(np.clip(wanted / max(height[3] - height[1], 1), 0.75 * full, 2.2 * full))

    def set_in(self, canvas, boxes, random):
        """Persons on a ground plane: the lower they stand, the taller; those in front cover those behind."""
        horizon = random.uniform(-0.6, 0.35) * self.height
        tall = np.exp(random.uniform(np.log(18), np.log(130))) * self.height / 192
        feet = np.sort(random.uniform(max(horizon, 0) + 8, self.height * 1.02, random.integers(1, 9)))
        gain = random.uniform(0.6, 1.3)
        shadow = random.uniform(0.4, 0.95) if random.random() < 0.5 else 1
        last = None
        for foot in feet:
            high = tall * (foot - horizon) / (self.height - horizon) * random.uniform(0.9, 1.1)
            if high < 9:
                continue
            drawer = self.drawers[random.integers(len(self.drawers))]
            person, mask, _ = self.persons[drawer[random.integers(len(drawer))]]
            wide = high * person.shape[1] / person.shape[0]
            near_last = last is not None and random.random() < 0.35
            x = last + random.uniform(-1.5, 1.5) * wide if near_last else random.uniform(0, self.width)
            last = x
            box = self.blend(canvas, person, mask, x, foot, wide, high, gain * random.uniform(0.9, 1.1), shadow, random)
            if box is None:
                continue
            boxes = cover(boxes, box[:4])
            boxes = np.concatenate([boxes, box[None]])
        return boxes

    def blend(self, canvas, person, mask, x, foot, wide, high, gain, shadow, random):
        size = (max(2, round(wide)), max(4, round(high)))
        person = cv2.resize(person, size, interpolation=cv2.INTER_AREA)
        alpha = cv2.resize(mask.astype(np.float32), size, interpolation=cv2.INTER_AREA)
        if random.random() < 0.5:
            person, alpha = person[:, ::-1], alpha[:, ::-1]
        left, top = round(x - size[0] / 2), round(foot - size[1])
        x0, y0, x1, y1 = max(0, left), max(0, top), min(self.width, left + size[0]), min(self.height, top + size[1])
        if x1 - x0 < 2 or y1 - y0 < 4:
            return None
        if shadow < 1:
            darken(canvas, x + high * 0.2, foot, high, shadow)
        part = (slice(y0 - top, y1 - top), slice(x0 - left, x1 - left))
        a = alpha[part][..., None]
        seen = (alpha > 0.4)
        columns, lines = np.flatnonzero(seen.any(0)), np.flatnonzero(seen.any(1))
        if not len(columns):
            return None
        target = canvas[y0:y1, x0:x1]
        body = dress(person, random)[part] if random.random() < 0.6 else person[part].astype(np.float32)
        target[:] = (target * (1 - a) + (body * gain).clip(0, 255) * a).astype(np.uint8)
        whole = np.array([left + columns[0], top + lines[0], left + columns[-1] + 1, top + lines[-1] + 1], np.float32)
        shown = whole.clip(0, [self.width, self.height, self.width, self.height]).astype(np.float32)
        return np.r_[shown, PERSON, 1, area_of(shown[None])[0] / area_of(whole[None])[0]].astype(np.float32)


def darken(canvas, x, foot, high, shadow):
    """A flat shadow on the ground."""
    wide, flat = max(1, int(high * 0.35)), max(1, int(high * 0.07))
    left, top = max(0, int(x) - wide), max(0, int(foot) - flat)
    ground = canvas[top:int(foot) + flat + 1, left:int(x) + wide + 1]
    if ground.size:
        shade = np.ones(ground.shape[:2], np.float32)
        cv2.ellipse(shade, (int(x) - left, int(foot) - top), (wide, flat), 0, 0, 360, shadow, -1)
        ground[:] = (ground * shade[..., None]).astype(np.uint8)


def dress(person, random):
    """Other colours for the upper and the lower half: few persons were cut out, and many of them from a grey picture."""
    split = int(person.shape[0] * random.uniform(0.4, 0.6))
    person = person.astype(np.float32)
    for part in (person[:split], person[split:]):
        part *= random.uniform(0.7, 1.3, 3).astype(np.float32)
        part += random.uniform(-15, 25, 3).astype(np.float32)
    return person


def area_of(boxes):
    return (boxes[:, 2] - boxes[:, 0]).clip(0) * (boxes[:, 3] - boxes[:, 1]).clip(0)


def cover(boxes, front):
    """Boxes [N, 7] after a person stands before them: how much of each is still seen."""
    corner, end = np.maximum(boxes[:, :2], front[:2]), np.minimum(boxes[:, 2:4], front[2:])
    hidden = (end - corner).clip(0).prod(1) / np.maximum(area_of(boxes), 1e-3)
    boxes = boxes.copy()
    # A person fills about six tenths of his box.
    boxes[:, 6] *= 1 - 0.6 * hidden
    boxes[hidden > 0.85, 6] = 0
    return boxes


def sort_out(boxes):
    """Objects [N, 5] and boxes where nothing is counted [K, 4]."""
    wide, high = boxes[:, 2] - boxes[:, 0], boxes[:, 3] - boxes[:, 1]
    there = (wide > 1) & (high > 1)
    sure = there & (boxes[:, 5] >= SCORE_OBJECT) & (boxes[:, 6] >= VISIBLE_MIN) & (wide >= SIDE_MIN) & (high >= HEIGHT_MIN)
    unsure = there & ~sure & (boxes[:, 6] > 0.1)
    return boxes[sure, :5], boxes[unsure, :4]


def spoil(picture, random, strength, noise):
    """What weather, night, lens, sensor and codec do."""
    def chance(share):
        return random.random() < share * strength

    night = chance(0.15)
    picture = light(picture, random, night)
    if chance(0.12):
        picture = cv2.cvtColor(cv2.cvtColor(picture, cv2.COLOR_BGR2GRAY), cv2.COLOR_GRAY2BGR)
    if chance(0.25):
        part = random.uniform(0.45, 0.9)
        small = cv2.resize(picture, None, fx=part, fy=part, interpolation=cv2.INTER_AREA)
        picture = cv2.resize(small, picture.shape[1::-1], interpolation=cv2.INTER_LINEAR)
    elif chance(0.15):
        picture = cv2.GaussianBlur(picture, (3, 3), random.uniform(0.4, 1.0))
    elif chance(0.1):
        picture = cv2.addWeighted(picture, 1.8, cv2.GaussianBlur(picture, (3, 3), 1.0), -0.8, 0)
    if chance(0.06):
        picture = rain(picture, random)
    if chance(0.3 if night else 0.06):
        picture = insects(picture, random)
    if night or chance(0.25):
        height, width = picture.shape[:2]
        top, left = random.integers(height), random.integers(width)
        grain = noise[top:top + height, left:left + width] * random.uniform(1, 14 if night else 7)
        picture = (picture + grain[..., None]).clip(0, 255).astype(np.uint8)
    if chance(0.35):
        _, data = cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, int(random.uniform(20, 85))])
        picture = cv2.imdecode(data, cv2.IMREAD_COLOR)
    return picture


def light(picture, random, night):
    """Gain, offset, gamma and white balance through one table a channel; saturation; a dark frame's edge at night."""
    gamma = np.exp(random.uniform(-0.35, 0.35)) if not night else random.uniform(1.3, 2.6)
    gain = random.uniform(0.75, 1.25) if not night else random.uniform(0.35, 0.9)
    offset = random.uniform(-18, 18) if not night else random.uniform(-5, 15)
    table = (np.arange(256) / 255.0) ** gamma * 255
    tables = [(table * gain * random.uniform(0.92, 1.08) + offset).clip(0, 255).astype(np.uint8) for _ in range(3)]
    picture = cv2.LUT(picture, np.stack(tables, 1)[None])
    saturation = random.uniform(0.5, 1.35)
    grey = cv2.cvtColor(cv2.cvtColor(picture, cv2.COLOR_BGR2GRAY), cv2.COLOR_GRAY2BGR)
    picture = cv2.addWeighted(picture, saturation, grey, 1 - saturation, 0)
    if night and random.random() < 0.5:
        height, width = picture.shape[:2]
        y, x = np.mgrid[:height, :width].astype(np.float32)
        cx, cy = random.uniform(0.2, 0.8) * width, random.uniform(0.2, 0.9) * height
        fall = np.exp(-((x - cx) ** 2 + (y - cy) ** 2) / (random.uniform(0.3, 0.9) * width) ** 2)
        picture = (picture * (0.25 + 0.75 * fall[..., None])).astype(np.uint8)
    return picture


def rain(picture, random):
    layer = np.zeros(picture.shape[:2], np.uint8)
    slant = random.uniform(-0.4, 0.4)
    for _ in range(random.integers(40, 160)):
        x, y, length = random.uniform(0, picture.shape[1]), random.uniform(0, picture.shape[0]), random.uniform(4, 14)
        cv2.line(layer, (int(x), int(y)), (int(x + slant * length), int(y + length)), int(random.uniform(60, 160)), 1)
    return cv2.add(picture, cv2.cvtColor(cv2.GaussianBlur(layer, (3, 3), 0.6), cv2.COLOR_GRAY2BGR))


def insects(picture, random):
    """Bright blurred spots and tracks close to an infrared lamp: nothing that is to be reported."""
    layer = np.zeros(picture.shape[:2], np.uint8)
    for _ in range(random.integers(1, 10)):
        x, y = random.uniform(0, picture.shape[1]), random.uniform(0, picture.shape[0])
        if random.random() < 0.5:
            cv2.circle(layer, (int(x), int(y)), int(random.uniform(1, 9)), int(random.uniform(90, 255)), -1)
        else:
            angle, length = random.uniform(0, 6.3), random.uniform(5, 60)
            points = [(int(x + t * length * np.cos(angle) + 3 * np.sin(9 * t)), int(y + t * length * np.sin(angle))) for t in (0, 0.3, 0.6, 1)]
            cv2.polylines(layer, [np.array(points)], False, int(random.uniform(70, 220)), int(random.uniform(1, 6)))
    return cv2.add(picture, cv2.cvtColor(cv2.GaussianBlur(layer, (0, 0), random.uniform(0.6, 3)), cv2.COLOR_GRAY2BGR))
