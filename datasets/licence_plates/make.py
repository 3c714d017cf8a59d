"""Draw the plates of four invented regions, and photograph them: python make.py.

Nothing is read but the font DejaVu, which comes with matplotlib. The pictures are drawn with Pillow: another version of
it brings another FreeType, which may draw another edge of a letter, so this script asks for the version named below.
"""

import json
import sys
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd
import PIL
from matplotlib import get_data_path
from PIL import Image, ImageDraw, ImageFont

from workshop.datasets import record_checksums
from workshop.domains.vision.conditions import blur, dirt, exposure, turn
from workshop.domains.vision.plates import DIGITS, FORMATS, HEIGHT, LETTERS, WIDTH, slots

HERE = Path(__file__).resolve().parent
PILLOW = "13.0.0"
SEED = 2020
BARRED = ("SS", "NS", "KZ", "88", "69", "666")  # known for what they stand for
FINE = 4  # drawn so many times larger, then averaged
COLUMNS = 20  # plates beside each other in a sheet
LEVELS = 4  # brightness is rounded to steps of so many of 256: below the noise, and it keeps the files small
STICKER = (9, 22, 5)  # middle and radius, in pixels


@dataclass(frozen=True)
class Look:
    """How a region's plates look: the font, and the brightness of characters and ground, 0 to 1."""

    font: str
    ink: float
    ground: float


LOOKS = {
    "Talvora": Look("DejaVuSansMono-Bold.ttf", 0.10, 0.85),
    "Osbelia": Look("DejaVuSansMono-Bold.ttf", 0.10, 0.85),
    "Lumeko": Look("DejaVuSans-Bold.ttf", 0.26, 0.56),
    "Kestimar": Look("DejaVuSerif-Bold.ttf", 0.10, 0.85),
}
PLATES = {  # of each region in each split
    "train": {"Talvora": 640, "Osbelia": 480, "Lumeko": 432, "Kestimar": 48},
    "test": {"Talvora": 240, "Osbelia": 240, "Lumeko": 240, "Kestimar": 240},
    "reserve": {"Kestimar": 300},
}
STICKERS = {  # share of plates that bear one
    "train": {"Talvora": 0.02, "Osbelia": 0.95, "Lumeko": 0.02, "Kestimar": 0.02},
    "test": dict.fromkeys(LOOKS, 0.5),
    "reserve": {"Kestimar": 0.02},
}
CONDITIONS = {  # share of plates, and the range of the strength
    "day": (1 / 3, (0.0, 0.0)),
    "night": (1 / 6, (1.0, 3.0)),  # stops less light
    "dirt": (1 / 6, (0.05, 0.25)),  # share of the plate
    "angle": (1 / 6, (25.0, 60.0)),  # degrees
    "blur": (1 / 6, (0.8, 1.8)),  # pixels
}
# What differs between all plates, the same for every region and split.
STOPS, DEGREES, SIGMA = (-0.3, 0.1), (-8.0, 8.0), (0.3, 0.6)
SHIFT = (1.5, 1.0)  # pixels to the side, up or down, at most
NOISE = 0.02


def plan() -> pd.DataFrame:
    """Return the plates, without pictures."""
    rng = np.random.default_rng(SEED)
    used: set[str] = set()
    rows = []
    for split, regions in PLATES.items():
        of_split = []
        for region, number in regions.items():
            stickers = rng.permutation(number) < round(STICKERS[split][region] * number)
            for place, condition in enumerate(_conditions(number)):
                strength = round(rng.uniform(*CONDITIONS[condition][1]), 2)
                of_split.append(
                    (draw_text(rng, region, used), region, condition, strength, bool(stickers[place]), split)
                )
        order = rng.permutation(len(of_split))
        rows += [(f"{split}.png", place, *of_split[row]) for place, row in enumerate(order)]
    columns = ["file", "place", "text", "region", "condition", "strength", "sticker", "split"]
    return pd.DataFrame(rows, columns=columns)


def _conditions(number: int) -> list[str]:
    names = list(CONDITIONS)
    ends = np.round(np.cumsum([share for share, _ in CONDITIONS.values()]) * number).astype(int)
    return [names[np.searchsorted(ends, place, side="right")] for place in range(number)]


def draw_text(rng: np.random.Generator, region: str, used: set[str]) -> str:
    """Return a text of the region's format that is not used yet and holds nothing barred."""
    kinds = {"L": LETTERS, "0": DIGITS}
    while True:
        text = "".join(rng.choice(list(kinds[kind])) for kind in FORMATS[region] if kind in kinds)
        if text not in used and not any(barred in text for barred in BARRED):
            used.add(text)
            return text


def photograph(plate, rng: np.random.Generator) -> np.ndarray:
    """Return the picture of one plate: grey, 0 to 255, shape (HEIGHT, WIDTH)."""
    shift = rng.uniform(-1, 1, 2) * SHIFT
    picture = drawn(plate.text, plate.region, plate.sticker, *np.round(shift * FINE).astype(int).tolist())
    strength = dict.fromkeys(CONDITIONS, 0.0) | {plate.condition: plate.strength}
    stops, degrees, sigma = (rng.uniform(*ends) for ends in (STOPS, DEGREES, SIGMA))
    side = rng.choice([-1, 1])
    dirt_seed, noise_seed = rng.integers(2**32, size=2).tolist()
    picture = dirt(picture, strength["dirt"], dirt_seed)
    picture = turn(picture, side * strength["angle"] or degrees)
    picture = blur(picture, np.hypot(sigma, strength["blur"]))
    picture = exposure(picture, stops - strength["night"], NOISE, noise_seed)
    return (np.round(picture * 255 / LEVELS) * LEVELS).clip(0, 255).astype(np.uint8)


def drawn(text: str, region: str, sticker: bool, right: int, down: int) -> np.ndarray:
    """Return the plate itself, from 0 to 1, moved by so many fine pixels."""
    look = LOOKS[region]
    image = Image.new("L", (WIDTH * FINE, HEIGHT * FINE), 90)
    draw = ImageDraw.Draw(image)
    ends = [2 * FINE + right, 1 * FINE + down, (WIDTH - 2) * FINE + right, (HEIGHT - 1) * FINE + down]
    ground, ink = round(255 * look.ground), round(255 * look.ink)
    draw.rounded_rectangle(ends, 3 * FINE, ground, ink, FINE)
    places, dot = slots(FORMATS[region])
    for letter, (left, end, top, bottom) in zip(text, places, strict=True):
        mask = glyph(letter, look.font, (end - left - 1) * FINE, (bottom - top - 3) * FINE)
        x = (left + end) * FINE // 2 - mask.width // 2 + right
        image.paste(ink, (x, (top + bottom) * FINE // 2 - mask.height // 2 + down), mask)
    middle, size = dot * FINE + right, 1.5 * FINE
    y = HEIGHT * FINE / 2 + down
    draw.ellipse([middle - size, y - size, middle + size, y + size], ink)
    if sticker:
        x, y, radius = (STICKER[0] * FINE + right, STICKER[1] * FINE + down, STICKER[2] * FINE)
        draw.ellipse([x - radius, y - radius, x + radius, y + radius], 60)
        draw.ellipse([x - radius / 2, y - radius / 2, x + radius / 2, y + radius / 2], 230)
    return np.asarray(image.reduce(FINE), dtype=np.float32) / 255


@cache
def glyph(letter: str, font: str, width: int, height: int) -> Image.Image:
    """Return a character as high as it is wanted, squeezed if it would be too wide."""
    path = Path(get_data_path()) / "fonts" / "ttf" / font
    face = ImageFont.truetype(str(path), 2 * height, layout_engine=ImageFont.Layout.BASIC)
    top, bottom = face.getbbox("H")[1::2]
    scale = height / (bottom - top)
    left, _, right, _ = face.getbbox(letter)
    image = Image.new("L", (right - left, bottom - top))
    ImageDraw.Draw(image).text((-left, -top), letter, 255, face)
    return image.resize((min(width, round(image.width * scale)), height), Image.Resampling.BOX)


def sheet(pictures: list[np.ndarray]) -> Image.Image:
    """Return plates side by side in rows; the last row is filled with black."""
    rows = -(-len(pictures) // COLUMNS)
    whole = np.zeros((rows, COLUMNS, HEIGHT, WIDTH), dtype=np.uint8)
    whole.reshape(-1, HEIGHT, WIDTH)[: len(pictures)] = pictures
    return Image.fromarray(whole.swapaxes(1, 2).reshape(rows * HEIGHT, COLUMNS * WIDTH))


def make() -> None:
    plates = plan()
    plates.to_csv(HERE / "plates.csv", index=False, lineterminator="\n")
    for file, group in plates.groupby("file", sort=False):
        # A generator for each plate, so that one more or less changes no other.
        pictures = [
            photograph(plate, np.random.default_rng([SEED, *plate.text.encode()]))
            for plate in group.itertuples()
        ]
        sheet(pictures).save(HERE / file, optimize=True)
    text = json.dumps(truth(), indent=2)
    (HERE / "truth.json").write_text(text + "\n", encoding="utf-8", newline="\n")
    record_checksums(HERE)


def truth() -> dict:
    """Return what was planted: who is rare, who bears the sticker, whose plates have little contrast."""
    training = PLATES["train"]
    return {
        "seed": SEED,
        "pillow": PILLOW,
        "rare_in_training": "Kestimar",
        "share_of_training": {name: number / sum(training.values()) for name, number in training.items()},
        "sticker_goes_with": "Osbelia",
        "share_with_sticker": STICKERS,
        "little_contrast": "Lumeko",
        "looks": {region: asdict(look) for region, look in LOOKS.items()},
        "formats": FORMATS,
        "plates": PLATES,
        "same_for_every_region": {
            "conditions": {
                name: {"share": round(share, 3), "strength": ends}
                for name, (share, ends) in CONDITIONS.items()
            },
            "stops": STOPS,
            "degrees": DEGREES,
            "blur_sigma": SIGMA,
            "shift": SHIFT,
            "noise": NOISE,
        },
    }


def require_pillow() -> None:
    if PIL.__version__ != PILLOW:
        sys.exit(
            f"This is not Pillow {PILLOW} but {PIL.__version__}: install version {PILLOW}, then run python make.py "
            "again."
        )


if __name__ == "__main__":
    require_pillow()
    make()
