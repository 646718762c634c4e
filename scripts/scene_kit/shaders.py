"""GLSL sources. The numbers in surface() are looks.Material."""

VERTEX = """
#version 330
in vec3 in_pos; in vec3 in_normal; in vec2 in_uv; in vec3 in_colour; in float in_material;
uniform mat4 view_projection, sun_projection;
out vec3 P; out vec3 N; out vec2 U; out vec3 C; flat out float M; out vec3 S;
invariant gl_Position;
void main() {
  P = in_pos; N = in_normal; U = in_uv; C = in_colour; M = in_material;
  vec4 s = sun_projection * vec4(in_pos + in_normal * 0.02, 1.0);
  S = s.xyz * 0.5 + 0.5;
  gl_Position = view_projection * vec4(in_pos, 1.0);
}
"""

FRAGMENT = """
#version 330
in vec3 P; in vec3 N; in vec2 U; in vec3 C; flat in float M; in vec3 S;
uniform sampler2D atlas, grain; uniform sampler2DShadow shadow, still_shadow;
uniform vec3 sun_direction, sun_colour, sky_colour, ground_colour, eye, haze;
uniform float exposure;
out vec4 pixel;

float joint(float x, float width) {
  float f = fwidth(x);
  float d = abs(fract(x - 0.5) - 0.5);
  float edge = 1.0 - smoothstep(width, width + f, d);
  return edge * clamp(1.2 - f * 1.6, 0.0, 1.0);
}
float cell(vec2 p) { return fract(sin(dot(floor(p), vec2(12.9898, 78.233))) * 43758.5453); }

// Colour, bump of the normal and shine of one pattern.
void surface(int m, inout vec3 c, inout vec3 n, inout float shine, vec3 view) {
  vec4 g = texture(grain, U * 0.6) - 0.5;
  vec4 big = texture(grain, U * 0.083) - 0.5;
  if (m == 0 || m == 14) c *= 1.0 + 0.10 * g.r + 0.08 * big.g;
  if (m == 1) { c = pow(texture(atlas, U).rgb, vec3(2.2)); shine = 0.06; }
  else if (m == 2) {
    vec2 p = U * vec2(2.5, 5.0); p.x += 0.5 * mod(floor(p.y), 2.0);
    c *= 0.92 + 0.22 * cell(p) + 0.35 * big.r + 0.14 * g.g;
    c *= 1.0 - 0.45 * max(joint(p.x, 0.02), joint(p.y, 0.04));
  } else if (m == 17) {
    vec2 p = U * 1.6667;
    c *= 0.94 + 0.14 * cell(p) + 0.35 * big.r + 0.12 * g.g;
    c *= 1.0 - 0.4 * max(joint(p.x, 0.014), joint(p.y, 0.014));
  } else if (m == 3) {
    vec4 fine = texture(grain, U * 3.1) - 0.5;
    c *= 1.0 + 0.45 * fine.r + 0.5 * big.g + 0.2 * g.b;
  } else if (m == 4) {
    vec2 p = U * vec2(4.2, 13.0); p.x += 0.5 * mod(floor(p.y), 2.0);
    c *= 0.8 + 0.4 * cell(p) + 0.2 * g.r + 0.3 * big.g;
    float j = max(joint(p.x, 0.03), joint(p.y, 0.07));
    c = mix(c, vec3(0.42, 0.40, 0.37), 0.75 * j);
  } else if (m == 5) {
    c *= 1.0 + 0.16 * g.r + 0.42 * big.r;
    c *= 1.0 - 0.25 * smoothstep(0.1, 0.3, big.b) ;
  } else if (m == 6) {
    float f = U.y * 11.0; float w = sin(f * 6.2832);
    c *= 0.86 + 0.16 * w * clamp(1.4 - fwidth(f) * 2.0, 0.0, 1.0) + 0.1 * big.r; shine = 0.25;
  } else if (m == 7) {
    vec4 fold = texture(grain, U * 0.21) - 0.5;
    n = normalize(n + 0.75 * vec3(fold.r, fold.g, 0.5 * fold.b));
    c *= 1.0 + 0.12 * g.r + 0.3 * fold.a;
  } else if (m == 8) {
    c *= 1.0 + 0.12 * g.r + 0.22 * big.g;
    c = mix(c, c * 1.35, 0.6 * joint(U.x * 1.0 + 0.5, 0.05));
  } else if (m == 9) {
    vec3 inside = pow(texture(atlas, U).rgb, vec3(2.2)) * 0.55;
    float fres = 0.10 + 0.75 * pow(1.0 - abs(dot(n, view)), 4.0);
    vec3 r = reflect(-view, n);
    c = mix(inside, sky_colour * (0.35 + 0.5 * clamp(r.z + 0.3, 0.0, 1.0)), fres); shine = 0.9;
  } else if (m == 10) { c *= 0.75 + 0.5 * cell(U * 9.0) + 0.5 * g.r; }
  else if (m == 11) {
    vec4 k = texture(grain, U * 0.55) - 0.5; vec4 k2 = texture(grain, U * 1.3 + 0.37) - 0.5;
    n = normalize(n + 1.5 * vec3(k.r, k.g, k.b) + 1.2 * vec3(k2.g, k2.b, k2.r));
    c *= 1.0 + 0.5 * k.a; shine = 0.55;
  } else if (m == 12) { c *= 1.0 + 0.12 * g.r; shine = 0.5; }
  else if (m == 13) {
    float s = joint(U.x * 2.0, 0.25); c = mix(c, vec3(0.8), s); c *= 1.0 + 0.1 * g.r;
  } else if (m == 14) {
    float ring = texture(grain, U * vec2(0.3, 3.0)).r - 0.5;
    c *= 0.85 + 0.25 * cell(vec2(U.y * 9.0, 0.0)) + 0.25 * ring;
    c *= 1.0 - 0.45 * joint(U.y * 9.0, 0.05);
  } else if (m == 15) {
    vec3 r = reflect(-view, n);
    float cloud = texture(grain, r.xz * 0.23).r;
    float fres = 0.22 + 0.5 * pow(1.0 - abs(dot(n, view)), 3.0);
    c = mix(c * 0.25, sky_colour, fres) * (0.75 + 0.5 * cloud);
    shine = 1.0;
  }
}

float lit() {
  if (S.x < 0.0 || S.x > 1.0 || S.y < 0.0 || S.y > 1.0 || S.z > 1.0) return 1.0;
  float t = 1.1 / float(textureSize(shadow, 0).x), sum = 0.0;
  for (int i = 0; i < 4; i++) {
    vec2 o = vec2(float(i & 1) - 0.5, float(i >> 1) - 0.5) * 2.0;
    vec3 at = vec3(S.xy + o * t, S.z - 0.0012);
    sum += min(texture(shadow, at), texture(still_shadow, at));
  }
  return sum * 0.25;
}

void main() {
  int m = int(M + 0.5);
  vec3 view = normalize(eye - P);
  vec3 c = pow(C, vec3(2.2));
  if (m == 16) {
    float up = clamp(-view.z * 2.2 + 0.05, 0.0, 1.0);
    c = mix(haze, sky_colour * 1.25, up) * (0.95 + 0.3 * (texture(grain, view.xz * 0.35).g - 0.5));
  } else {
    vec3 n = normalize(N);
    if (dot(n, view) < 0.0) n = -n;
    float shine = 0.0;
    surface(m, c, n, shine, view);
    float diffuse = max(dot(n, sun_direction), 0.0);
    if (m == 10) diffuse = 0.35 + 0.5 * diffuse;
    float open = 0.62 + 0.38 * clamp(P.z * 0.8 + n.z * 0.6, 0.0, 1.0);
    vec3 ambient = mix(ground_colour, sky_colour, n.z * 0.5 + 0.5) * open;
    float s = lit();
    vec3 h = normalize(sun_direction + view);
    float gloss = pow(max(dot(n, h), 0.0), 28.0) * shine;
    c = c * (ambient + sun_colour * diffuse * s) + sun_colour * gloss * s * 0.5;
    c = mix(c, haze, 1.0 - exp(-length(eye - P) * 0.004));
  }
  c *= exposure;
  c = c * (1.0 + c * 0.20) / (1.0 + c * 0.52);
  pixel = vec4(pow(c, vec3(1.0 / 2.2)), 1.0);
}
"""

DEPTH_VERTEX = """
#version 330
in vec3 in_pos;
uniform mat4 view_projection;
invariant gl_Position;
void main() { gl_Position = view_projection * vec4(in_pos, 1.0); }
"""

DEPTH_FRAGMENT = """
#version 330
void main() {}
"""

ID_VERTEX = """
#version 330
in vec3 in_pos; in float in_id;
uniform mat4 view_projection;
flat out float id;
void main() { id = in_id; gl_Position = view_projection * vec4(in_pos, 1.0); }
"""

ID_FRAGMENT = """
#version 330
flat in float id;
out float pixel;
void main() { pixel = id; }
"""
