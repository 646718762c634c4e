"""The rasteriser: OpenGL 3.3 without a window (EGL), so it also runs on Mesa's llvmpipe."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import moderngl
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from scripts.scene_kit import shaders
from scripts.scene_kit.camera import Camera

SHADOW_SIZE = 2048
# Cheaper on llvmpipe than four-fold MSAA, and it also calms the patterns.
SUPERSAMPLING = 1.5
_LAYOUT = (
    "3f 3f 2f 3f 1f 1f",
    ("in_pos", "in_normal", "in_uv", "in_colour", "in_material", "in_id"),
)
BYTES_PER_VERTEX = 13 * 4
DYNAMIC_VERTICES = 240_000

Vertices = NDArray[np.float32]
Rect = tuple[int, int, int, int]
Span = tuple[int, int]  # first vertex, count


@dataclass(frozen=True, slots=True)
class Part:
    """A part of the picture, (x1, y1, x2, y2) in even pixels, and the static spans seen in it.

    Spans None means all static vertices.
    """

    rect: Rect
    spans: Sequence[Span] | None = None


@dataclass(frozen=True, slots=True)
class Light:
    """Sun and sky as linear radiance; the direction points to the sun."""

    sun_direction: tuple[float, float, float]
    sun: tuple[float, float, float]
    sky: tuple[float, float, float]
    ground: tuple[float, float, float]
    haze: tuple[float, float, float]
    exposure: float = 1.0
    focus: tuple[float, float, float] = (0.0, 0.0, 0.0)  # centre of the shadow map, world
    reach_m: float = 16.0

    def matrix(self) -> NDArray[np.float64]:
        """World to the shadow map's clip space: orthographic, (4, 4)."""
        z = np.asarray(self.sun_direction) / np.linalg.norm(self.sun_direction)
        x = np.cross((0.0, 1.0, 0.02), z)
        x /= np.linalg.norm(x)
        view = np.eye(4)
        view[0, :3], view[1, :3], view[2, :3] = x, np.cross(z, x), z
        view[:3, 3] = -view[:3, :3] @ np.asarray(self.focus)
        scale = np.diag([1 / self.reach_m, 1 / self.reach_m, -1 / 60.0, 1.0])
        return np.asarray(scale @ view)


def make_grain(size: int = 256, seed: int = 7) -> NDArray[np.uint8]:
    """Tiling noise of four octaves in four channels, uint8 (size, size, 4), mean about 128."""
    rng = np.random.default_rng(seed)
    f = np.hypot(*np.meshgrid(np.fft.fftfreq(size), np.fft.fftfreq(size)))
    out = np.empty((size, size, 4), np.float64)
    for channel in range(4):
        spectrum = np.fft.fft2(rng.standard_normal((size, size))) / np.maximum(f, 1 / size) ** 0.9
        out[..., channel] = np.real(np.fft.ifft2(spectrum))
    out = (out - out.mean((0, 1))) / out.std((0, 1))
    return np.asarray(np.clip(out * 42 + 128, 0, 255), np.uint8)


def _uniform(program: moderngl.Program, name: str) -> moderngl.Uniform:
    member = program[name]
    if not isinstance(member, moderngl.Uniform):
        raise TypeError(f"{name} is a {type(member).__name__}, expected a uniform")
    return member


class Renderer:
    """Draws one scene at a time. Static vertices are loaded once, moving ones sent per picture."""

    def __init__(self) -> None:
        self._gl = moderngl.create_context(standalone=True, backend="egl")  # type: ignore[arg-type]
        gl = self._gl
        self._picture = gl.program(vertex_shader=shaders.VERTEX, fragment_shader=shaders.FRAGMENT)
        self._depth = gl.program(shaders.DEPTH_VERTEX, shaders.DEPTH_FRAGMENT)
        self._id = gl.program(vertex_shader=shaders.ID_VERTEX, fragment_shader=shaders.ID_FRAGMENT)
        self._targets: dict[tuple[int, int], tuple[moderngl.Framebuffer, moderngl.Framebuffer]] = {}
        self._still_map, self._shadow_map = (self._make_shadow_map() for _ in range(2))
        self._still_shadow = gl.framebuffer(depth_attachment=self._still_map)
        self._shadow = gl.framebuffer(depth_attachment=self._shadow_map)
        self._grain = gl.texture((256, 256), 4, make_grain().tobytes())
        self._grain.build_mipmaps()
        self._atlas = gl.texture((4, 4), 3, bytes(48))
        self._static = gl.buffer(reserve=BYTES_PER_VERTEX * 3)
        self._dynamic = gl.buffer(reserve=DYNAMIC_VERTICES * BYTES_PER_VERTEX, dynamic=True)
        self._counts = (0, 0)

    def _make_shadow_map(self) -> moderngl.Texture:
        texture = self._gl.depth_texture((SHADOW_SIZE, SHADOW_SIZE))
        texture.compare_func = "<="
        texture.filter = (moderngl.LINEAR, moderngl.LINEAR)
        return texture

    def load(self, static: Vertices, atlas: NDArray[np.uint8]) -> None:
        """Replaces the static vertices, float32 (n, 13), and the lettering, uint8 (h, w, 3)."""
        self._static.release()
        self._static = self._gl.buffer(np.ascontiguousarray(static, np.float32).tobytes())
        self._counts = (len(static), 0)
        self._atlas.release()
        height, width = atlas.shape[:2]
        self._atlas = self._gl.texture((width, height), 3, atlas.tobytes())
        self._atlas.build_mipmaps()

    def send(self, moving: Vertices) -> None:
        """Replaces the moving vertices, float32 (n, 13)."""
        if len(moving) > DYNAMIC_VERTICES:
            raise ValueError(f"{len(moving)} moving vertices, at most {DYNAMIC_VERTICES} fit")
        if len(moving):
            self._dynamic.write(np.ascontiguousarray(moving, np.float32).tobytes())
        self._counts = (self._counts[0], len(moving))

    def draw(self, camera: Camera, light: Light) -> NDArray[np.uint8]:
        """The picture, uint8 RGB (h, w, 3), tone-mapped sRGB, at the camera's frame size."""
        self._gl.enable(moderngl.DEPTH_TEST)
        self._still_shadow.use()
        self._still_shadow.clear(depth=1.0)
        self._render(self._depth, light.matrix(), ("in_pos",), moving=False)
        return self.redraw(camera, light, [Part((0, 0, *camera.frame_wh))])[0]

    def redraw(self, camera: Camera, light: Light, parts: list[Part]) -> list[NDArray[np.uint8]]:
        """Only these parts of the picture, after `draw` of the same static vertices."""
        gl = self._gl
        gl.enable(moderngl.DEPTH_TEST)
        self._shadow.use()
        self._shadow.clear(depth=1.0)
        self._render(self._depth, light.matrix(), ("in_pos",), ())
        self._set_light(light, light.matrix(), camera)
        return [self._part(camera, part) for part in parts]

    def _part(self, camera: Camera, part: Part) -> NDArray[np.uint8]:
        target, _ = self._target(camera.frame_wh)
        left, top, right, bottom = part.rect
        x1, y1, x2, y2 = (int(c * SUPERSAMPLING) for c in part.rect)
        window = (x1, target.height - y2, x2 - x1, y2 - y1)
        target.use()
        target.scissor = window
        target.clear(0.6, 0.7, 0.8, 1.0, viewport=window)
        # Depth first: the fragment shader is dear on a CPU and then runs once per pixel.
        self._render(self._depth, camera.matrix(), ("in_pos",), part.spans)
        self._gl.depth_func = "<="
        names = ("in_pos", "in_normal", "in_uv", "in_colour", "in_material")
        self._render(self._picture, camera.matrix(), names, part.spans)
        self._gl.depth_func = "<"
        raw = np.frombuffer(target.read(viewport=window, components=3, alignment=1), np.uint8)
        target.scissor = (0, 0, target.width, target.height)
        large = Image.fromarray(raw.reshape(window[3], window[2], 3)[::-1])
        return np.asarray(large.resize((right - left, bottom - top), Image.Resampling.BICUBIC))

    def ids(self, camera: Camera, span: Span | None = None) -> NDArray[np.int32]:
        """Ids seen per pixel at half size; only static vertices first..first+count with `span`."""
        _, target = self._target(camera.frame_wh)
        target.use()
        self._gl.enable(moderngl.DEPTH_TEST)
        target.clear(0.0, 0.0, 0.0, 0.0, depth=1.0)
        spans = None if span is None else (span,)
        self._render(self._id, camera.matrix(), ("in_pos", "in_id"), spans, span is None)
        raw = np.frombuffer(target.read(components=1, dtype="f4"), np.float32)
        return raw.reshape(target.height, target.width)[::-1].round().astype(np.int32)

    def _target(
        self, frame_wh: tuple[int, int]
    ) -> tuple[moderngl.Framebuffer, moderngl.Framebuffer]:
        """Framebuffers for a frame size: the supersampled picture and the ids at half size."""
        if frame_wh not in self._targets:
            gl = self._gl
            large = (int(frame_wh[0] * SUPERSAMPLING), int(frame_wh[1] * SUPERSAMPLING))
            half = (frame_wh[0] // 2, frame_wh[1] // 2)
            self._targets[frame_wh] = (
                gl.framebuffer([gl.renderbuffer(large, 4)], gl.depth_renderbuffer(large)),
                gl.framebuffer([gl.renderbuffer(half, 1, dtype="f4")], gl.depth_renderbuffer(half)),
            )
        return self._targets[frame_wh]

    def _set_light(self, light: Light, sun: NDArray[np.float64], camera: Camera) -> None:
        p = self._picture
        direction = np.asarray(light.sun_direction) / np.linalg.norm(light.sun_direction)
        p["sun_direction"] = tuple(direction)
        p["sun_colour"], p["sky_colour"] = light.sun, light.sky
        p["ground_colour"], p["haze"] = light.ground, light.haze
        p["eye"], p["exposure"] = camera.eye, light.exposure
        _uniform(p, "sun_projection").write(sun.T.astype("f4").tobytes())
        for unit, (name, texture) in enumerate(
            (
                *(("atlas", self._atlas), ("grain", self._grain)),
                *(("shadow", self._shadow_map), ("still_shadow", self._still_map)),
            )
        ):
            texture.use(unit)
            p[name] = unit

    def _render(
        self,
        program: moderngl.Program,
        matrix: NDArray[np.float64],
        names: tuple[str, ...],
        spans: Sequence[Span] | None = None,
        moving: bool = True,
    ) -> None:
        """Draws the static vertices (all of them, or only `spans`) and the moving ones."""
        _uniform(program, "view_projection").write(matrix.T.astype("f4").tobytes())
        formats, known = _LAYOUT
        layout = " ".join(
            size if name in names else f"{int(size[0]) * 4}x"
            for size, name in zip(formats.split(), known, strict=True)
        )
        still, moves = self._counts
        jobs = [(self._static, ((0, still),) if spans is None else spans)]
        if moving and moves:
            jobs.append((self._dynamic, ((0, moves),)))
        for buffer, ranges in jobs:
            array = self._gl.vertex_array(program, [(buffer, layout, *names)])
            for first, count in ranges:
                array.render(moderngl.TRIANGLES, vertices=count, first=first)
            array.release()
