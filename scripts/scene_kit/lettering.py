"""Flat pictures with Chinese lettering (signs, posters, interiors) and the sheet they share."""

from __future__ import annotations

from functools import cache

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFilter, ImageFont

from scripts.scene_kit.looks import Colour, hsv, muted, vivid

FONTS = (
    "/usr/share/fonts/opentype/noto/NotoSansCJK-Bold.ttc",
    "/usr/share/fonts/opentype/noto/NotoSerifCJK-Bold.ttc",
)
SHEET_PX = 2048
_SIMPLIFIED_CHINESE = 2  # index inside the .ttc collections

SHOP_NAMES = (
    *("便民超市", "老街面馆", "鲜果园", "百姓药房", "阿芳理发", "兰州拉面", "五金杂货", "福来水果"),
    *(
        "小美服饰",
        "快乐烘焙",
        "诚信通讯",
        "春风茶庄",
        "家常小吃",
        "好邻居便利",
        "童趣玩具",
        "和平书店",
    ),
    *(
        "东方眼镜",
        "美味烧烤",
        "沙县小吃",
        "平价鞋店",
        "绿叶花店",
        "手机维修",
        "早餐包子",
        "黄焖鸡米饭",
    ),
    *("顺风快递", "利民粮油", "老地方火锅", "文具礼品", "千里香馄饨", "社区生鲜"),
)
BANNER_TEXTS = (
    *("全场清仓 最后三天", "开业大吉 全场八折", "文明城市 人人共建", "热烈庆祝新店开业"),
    *("保护环境 人人有责", "安全生产 重于泰山", "新房热销 首付两成", "招聘服务员 待遇从优"),
    *("欢度国庆 喜迎中秋", "跳楼价 亏本甩卖", "垃圾分类 从我做起", "旺铺出租 电话面议"),
)
POSTER_TEXTS = (
    *(
        "特价",
        "新品上市",
        "五折起",
        "买一送一",
        "招聘",
        "旺铺转让",
        "会员日",
        "满百减二十",
        "限时优惠",
    ),
    *("第二杯半价", "办卡有礼", "招租"),
)


@cache
def _font(index: int, size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(FONTS[index % len(FONTS)], size, index=_SIMPLIFIED_CHINESE)


def _rgb(colour: Colour) -> tuple[int, int, int]:
    r, g, b = (int(c * 255) for c in colour)
    return (r, g, b)


class Atlas:
    """One sheet of pictures, filled in rows; `add` returns texture coordinates."""

    def __init__(self, size: int = SHEET_PX) -> None:
        self._sheet = Image.new("RGB", (size, size), (128, 128, 128))
        self._x = self._y = self._row = 0

    def add(self, picture: Image.Image) -> tuple[tuple[float, float], ...]:
        """Corners (u, v) in the order bottom left, bottom right, top right, top left.

        A full sheet starts over at the top: early pictures are then overwritten.
        """
        size = self._sheet.width
        w, h = picture.size
        if self._x + w > size:
            self._x, self._y, self._row = 0, self._y + self._row, 0
        if self._y + h > size:
            self._x = self._y = self._row = 0
        self._sheet.paste(picture, (self._x, self._y))
        x0, y0 = (self._x + 1.5) / size, (self._y + 1.5) / size
        x1, y1 = (self._x + w - 1.5) / size, (self._y + h - 1.5) / size
        self._x += w
        self._row = max(self._row, h)
        return ((x0, y1), (x1, y1), (x1, y0), (x0, y0))

    def pixels(self) -> NDArray[np.uint8]:
        return np.asarray(self._sheet)


def _write(
    picture: Image.Image, text: str, colour: Colour, box: tuple[float, ...], font: int
) -> None:
    """Text as large as fits into `box` (x0, y0, x1, y1 as shares of the picture)."""
    w, h = picture.size
    x0, y0, x1, y1 = box[0] * w, box[1] * h, box[2] * w, box[3] * h
    size = max(8, int(min((y1 - y0) * 0.95, (x1 - x0) / max(len(text), 1) * 1.05)))
    face = _font(font, size)
    draw = ImageDraw.Draw(picture)
    draw.text(((x0 + x1) / 2, (y0 + y1) / 2), text, _rgb(colour), font=face, anchor="mm")


def _colours(rng: np.random.Generator) -> tuple[Colour, Colour]:
    """Ground and letters that stand out from each other."""
    pairs: list[tuple[Colour, Colour]] = [
        ((0.75, 0.1, 0.1), (1.0, 0.9, 0.35)),
        ((0.1, 0.35, 0.65), (0.97, 0.97, 0.97)),
        ((0.1, 0.45, 0.2), (0.98, 0.98, 0.9)),
        ((0.95, 0.93, 0.88), (0.75, 0.1, 0.1)),
        ((0.15, 0.13, 0.12), (0.95, 0.8, 0.45)),
        ((0.98, 0.75, 0.1), (0.2, 0.1, 0.05)),
        ((0.4, 0.22, 0.12), (0.95, 0.9, 0.75)),
    ]
    if rng.random() < 0.4:
        ground = vivid(rng)
        light = sum(ground) / 3 > 0.5
        return ground, ((0.08, 0.08, 0.1) if light else (0.98, 0.98, 0.95))
    return pairs[int(rng.integers(len(pairs)))]


def signboard(rng: np.random.Generator, aspect: float, text: str | None = None) -> Image.Image:
    """The long board over a shop."""
    ground, letters = _colours(rng)
    h = 96
    picture = Image.new("RGB", (int(np.clip(h * aspect, 96, 760)), h), _rgb(ground))
    name = text or str(rng.choice(SHOP_NAMES))
    left = 0.06
    draw = ImageDraw.Draw(picture)
    if rng.random() < 0.5:
        draw.ellipse((12, 14, 80, 82), fill=_rgb(letters), outline=_rgb(ground), width=4)
        left = 0.12
    _write(
        picture,
        name,
        letters,
        (left, 0.05, 0.97, 0.78 if rng.random() < 0.5 else 0.98),
        int(rng.integers(3)),
    )
    if rng.random() < 0.5:
        _write(picture, "电话 6288 5500", letters, (0.6, 0.78, 0.98, 1.0), 0)
    return picture


def blade(rng: np.random.Generator) -> Image.Image:
    """A narrow upright sign, letters under each other."""
    ground, letters = _colours(rng)
    name = str(rng.choice(SHOP_NAMES))[:4]
    picture = Image.new("RGB", (64, 60 * len(name) + 16), _rgb(ground))
    for k, letter in enumerate(name):
        y = (8 + 60 * k) / picture.height
        _write(
            picture, letter, letters, (0.05, y, 0.95, y + 60 / picture.height), int(rng.integers(3))
        )
    return picture


def banner(
    rng: np.random.Generator, aspect: float, text: str | None = None, red: bool = False
) -> Image.Image:
    """A cloth banner: usually red with white or yellow letters."""
    ground, letters = _colours(rng)
    if red or rng.random() < 0.6:
        ground, letters = (
            (0.8, 0.07, 0.08),
            ((1.0, 0.95, 0.4) if rng.random() < 0.5 else (1.0, 1.0, 1.0)),
        )
    h = 90
    picture = Image.new("RGB", (int(np.clip(h * aspect, 60, 760)), h), _rgb(ground))
    _write(
        picture,
        text or str(rng.choice(BANNER_TEXTS)),
        letters,
        (0.03, 0.05, 0.97, 0.95),
        int(rng.integers(3)),
    )
    return picture


def upright_banner(rng: np.random.Generator, aspect: float) -> Image.Image:
    """A banner hanging down: the same cloth with letters under each other."""
    text = str(rng.choice(BANNER_TEXTS)).replace(" ", "")[:7]
    ground, letters = _colours(rng)
    if rng.random() < 0.6:
        ground, letters = (0.8, 0.07, 0.08), (1.0, 0.95, 0.5)
    w = 80
    picture = Image.new("RGB", (w, int(np.clip(w / aspect, 100, 560))), _rgb(ground))
    for k, letter in enumerate(text):
        _write(
            picture,
            letter,
            letters,
            (0.08, (k + 0.05) / len(text), 0.92, (k + 0.95) / len(text)),
            0,
        )
    return picture


def poster(rng: np.random.Generator, aspect: float, large: bool = False) -> Image.Image:
    """An advertisement: a picture of shapes, a headline and small print."""
    h = 240 if large else 150
    w = int(np.clip(h * aspect, 60, 620))
    top, bottom = np.array(vivid(rng)), np.array(vivid(rng))
    mix = np.linspace(0, 1, h)[:, None, None]
    grid = np.broadcast_to((top * (1 - mix) + bottom * mix) * 255, (h, w, 3)).astype(np.uint8)
    picture = Image.fromarray(np.ascontiguousarray(grid))
    draw = ImageDraw.Draw(picture)
    for _ in range(int(rng.integers(2, 7))):
        x, y, r = rng.uniform(0, w), rng.uniform(0.3 * h, h), rng.uniform(0.08, 0.3) * h
        draw.ellipse((x - r, y - r, x + r, y + r * rng.uniform(0.4, 1.2)), fill=_rgb(vivid(rng)))
    light = (1.0, 1.0, 0.95) if sum(top) < 1.7 else (0.15, 0.05, 0.1)
    _write(
        picture,
        str(rng.choice(POSTER_TEXTS)),
        light,
        (0.05, 0.05, 0.95, 0.45),
        int(rng.integers(3)),
    )
    for k in range(int(rng.integers(0, 4))):
        y = h * (0.78 + 0.06 * k)
        draw.line((w * 0.1, y, w * rng.uniform(0.4, 0.9), y), fill=_rgb(light), width=3)
    return picture


def interior(rng: np.random.Generator, aspect: float) -> Image.Image:
    """What one sees through a shop window: dim shelves with goods, lamps at the top."""
    h = 128
    w = int(np.clip(h * aspect, 64, 360))
    picture = Image.new("RGB", (w, h), _rgb(hsv(0.1, 0.2, float(rng.uniform(0.15, 0.4)))))
    draw = ImageDraw.Draw(picture)
    for y in range(int(h * 0.3), h, int(rng.integers(18, 30))):
        x = 2.0
        while x < w:
            step, tall = rng.uniform(4, 14), rng.uniform(6, 15)
            colour = vivid(rng) if rng.random() < 0.6 else muted(rng)
            dim = tuple(c * rng.uniform(0.4, 0.85) for c in colour)
            draw.rectangle((x, y - tall, x + step - 1, y), fill=_rgb((dim[0], dim[1], dim[2])))
            x += step
        draw.rectangle((0, y, w, y + 2), fill=(70, 60, 50))
    for x in range(10, w, int(rng.integers(30, 60))):
        draw.rectangle((x, 10, x + 18, 14), fill=(255, 250, 225))
    return picture.filter(ImageFilter.GaussianBlur(1.1))
