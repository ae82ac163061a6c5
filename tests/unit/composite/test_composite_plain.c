/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* Every drawing effect against its formula (docs/composite.md), computed in double precision a pixel at a
 * time, without tiles, tables or threads: on a picture of odd size with alpha, a matte and a rectangle off
 * the corner. */

#include "composite_plain.h"

static plane soft_b;
static plane soft_c;
static plane soft_d;

static rgba scaled(rgba p, double tone)
{
    double light = luminance(p);
    for (int c = 0; c < 3; c++) {
        p.c[c] = light > 0.0 ? p.c[c] * tone * tone / light : tone * tone;
    }
    return p;
}

static double step_of(double tone, double levels, double soft)
{
    double at = tone * (levels - 1.0);
    double within = clamp(0.5 + (at - floor(at) - 0.5) / soft, 0.0, 1.0);
    return (floor(at) + within * within * (3.0 - 2.0 * within)) / (levels - 1.0);
}

/* ---- tones, lines and washes ---- */

static rgba posterised(int x, int y)
{
    rgba p = colour_at(x, y);
    return scaled(p, step_of(tone_of(p), 7.0, 0.4));
}

static void posterise_is_its_formula(void)
{
    open_all();
    apply("zposter=levels=7:soft=0.4");
    require_made(posterised, 2e-4);
    pictures_close(&canvas);
}

/* Dark sides of edges: how far a wider blur lies above a narrower one. */
static double ink(const plane *narrow, const plane *wide, double from, double full, int x, int y)
{
    double line = clamp((of(wide, x, y) - of(narrow, x, y) - from) / (full - from), 0.0, 1.0);
    return line * line * (3.0 - 2.0 * line);
}

static rgba comic(int x, int y)
{
    rgba p = colour_at(x, y);
    double line = fmax(0.7 * ink(&soft_a, &soft_b, 0.003, 0.016, x, y),
                       0.8 * ink(&soft_c, &soft_d, 0.002, 0.01, x, y));
    rgba flat = scaled(p, step_of(of(&soft_a, x, y), 4.0, 0.2));
    double gray = luminance(flat);
    for (int c = 0; c < 3; c++) {
        flat.c[c] = fmax(gray + 1.6 * (flat.c[c] - gray), 0.0) * (1.0 - line);
    }
    return flat;
}

static void comic_is_its_formula(void)
{
    double sigma = 0.5 * 0.009 * H;
    open_all();
    blur(&tones, sigma, &soft_a);
    blur(&tones, 1.6 * sigma, &soft_b);
    blur(&nears, 2.0 * sigma, &soft_c);
    blur(&nears, 2.0 * 1.6 * sigma, &soft_d);
    apply("zcomic=line=0.009:ink=0.7:outline=0.8:levels=4:saturation=1.6");
    require_made(comic, 4e-4);
    pictures_close(&canvas);
}

static double stroke(double nx, double ny, double below, double period, int x, int y, double tone)
{
    double dark = (below - tone) / below;
    double at = (x * nx + y * ny) / period;
    double off = fabs(at - floor(at) - 0.5) * period;
    double half = 0.35 * period * fmin(1.5 * dark, 1.0);
    return dark <= 0.0 ? 0.0 : clamp(half - off + 0.5, 0.0, 1.0) * fmin(4.0 * dark, 1.0);
}

static rgba pencil(int x, int y)
{
    rgba p = colour_at(x, y);
    double tone = of(&soft_a, x, y);
    double period = 0.03 * H;
    double light = (1.0 - 0.6 * stroke(0.7071, 0.7071, 0.75, period, x, y, tone)) *
                   (1.0 - 0.6 * stroke(0.7071, -0.7071, 0.5, period, x, y, tone)) *
                   (1.0 - 0.6 * stroke(0.2588, 0.9659, 0.3, period, x, y, tone));
    double line = 0.9 * ink(&soft_a, &soft_b, 0.002, 0.014, x, y);
    double dark = 1.0 - (1.0 - line) * (1.0 - 0.7 * (1.0 - light));
    double drawn = 0.97 + dark * (0.2 - 0.97);
    rgba tinted = scaled(p, drawn);
    for (int c = 0; c < 3; c++) {
        double gray = drawn * drawn * p.c[3];
        p.c[c] = gray + 0.3 * (tinted.c[c] * p.c[3] - gray);
    }
    return p;
}

static void pencil_is_its_formula(void)
{
    double sigma = 0.5 * 0.008 * H;
    open_all();
    blur(&tones, sigma, &soft_a);
    blur(&tones, 1.6 * sigma, &soft_b);
    apply("zpencil=line=0.008:lines=0.9:hatch=0.03:shade=0.7:colour=0.3");
    require_made(pencil, 4e-4);
    pictures_close(&canvas);
}

/* The finaliser of MurmurHash3, on a lattice point. */
static double lattice(int x, int y)
{
    unsigned h = (unsigned) x * 2654435761u ^ (unsigned) y * 2246822519u;
    h = (h ^ h >> 16) * 2246822507u;
    h = (h ^ h >> 13) * 3266489909u;
    return ((h ^ h >> 16) >> 8) / 16777216.0;
}

static double noise(double x, double y)
{
    int i = (int) floor(x);
    int j = (int) floor(y);
    double u = x - i;
    double v = y - j;
    u = u * u * (3.0 - 2.0 * u);
    v = v * v * (3.0 - 2.0 * v);
    return (1.0 - v) * ((1.0 - u) * lattice(i, j) + u * lattice(i + 1, j)) +
           v * ((1.0 - u) * lattice(i, j + 1) + u * lattice(i + 1, j + 1));
}

static rgba washed(int x, int y)
{
    rgba p = colour_at(x, y);
    double grain = 0.02 * H;
    double dx = of(&soft_a, x + 1, y) - of(&soft_a, x - 1, y);
    double dy = of(&soft_a, x, y + 1) - of(&soft_a, x, y - 1);
    double slope = 0.5 * sqrt(dx * dx + dy * dy);
    double paper =
        (4.0 * noise(x / grain, y / grain) + 2.0 * noise(2.0 * x / grain, 2.0 * y / grain)) / 3.0 -
        1.0;
    double pigment = 1.2 * fmin(4.0 * 0.5 * 0.009 * H * slope, 1.0) + 0.6 * paper;
    rgba wash = scaled(p, tone_of(p) + 0.35 * 0.4 * (1.0 - fmin(tone_of(p), 1.0)));
    for (int c = 0; c < 3; c++) {
        double inside = clamp(wash.c[c], 0.0, 1.0);
        p.c[c] = fmax(wash.c[c] - (inside - inside * inside) * pigment, 0.0);
    }
    return p;
}

static void watercolour_is_its_formula(void)
{
    open_all();
    blur(&tones, 0.5 * 0.009 * H, &soft_a);
    apply("zwater=rim=0.009:edges=1.2:grain=0.02:rough=0.6:wash=0.4");
    require_made(washed, 4e-4);
    pictures_close(&canvas);
}

/* Sums over the four squares that meet in a pixel; the calmest ones count. */
static rgba painted(int x, int y)
{
    enum { REACH = 3 }; /* half of 0.03 of 197, rounded */
    double calm[4];
    rgba means[4];
    double least = INFINITY;
    for (int i = 0; i < 4; i++) {
        int x0 = x - (i & 1) * REACH;
        int y0 = y - (i >> 1) * REACH;
        double count = (REACH + 1.0) * (REACH + 1.0);
        double sum = 0.0;
        double squares = 0.0;
        means[i] = (rgba){ { 0.0, 0.0, 0.0, 0.0 } };
        for (int v = y0; v <= y0 + REACH; v++) {
            for (int u = x0; u <= x0 + REACH; u++) {
                rgba p = colour_at(u, v);
                sum += tone_of(p) / count;
                squares += tone_of(p) * tone_of(p) / count;
                for (int c = 0; c < 4; c++) {
                    means[i].c[c] += p.c[c] / count;
                }
            }
        }
        calm[i] = fmax(squares - sum * sum, 0.0) + 1e-5;
        least = fmin(least, calm[i]);
    }
    rgba all = { { 0.0, 0.0, 0.0, 0.0 } };
    double total = 0.0;
    for (int i = 0; i < 4; i++) {
        double ratio = least / calm[i]; /* to the power of 2.5, linear between 2 and 3 */
        double weight = ratio * ratio * (0.5 + 0.5 * ratio);
        total += weight;
        for (int c = 0; c < 4; c++) {
            all.c[c] += weight * means[i].c[c];
        }
    }
    for (int c = 0; c < 4; c++) {
        all.c[c] /= total;
    }
    return scaled(all, step_of(tone_of(all), 6.0, 0.25));
}

static void paint_is_its_formula(void)
{
    open_all();
    apply("zpaint=brush=0.03:sharpness=5:levels=6");
    require_made(painted, 5e-3); /* variances are differences of sums in single precision */
    pictures_close(&canvas);
}

/* ---- light and air ---- */

static rgba relit(int x, int y)
{
    rgba p = colour_at(x, y);
    double scale = 0.4 * H;
    double d[2];
    for (int i = 0; i < 2; i++) {
        double rise =
            of(&soft_a, x + (i == 0), y + (i == 1)) - of(&soft_a, x - (i == 0), y - (i == 1));
        double slope = 0.5 * scale * rise;
        d[i] = slope / (1.0 + slope / 0.8 * (slope / 0.8));
    }
    double l[3] = { 0.3 * W - (x + 0.5), 1.2 * H - (y + 0.5),
                    0.7 * H + scale * (1.0 - of(&soft_a, x, y)) };
    double length = sqrt(l[0] * l[0] + l[1] * l[1] + l[2] * l[2]);
    double facing =
        (l[2] - d[0] * l[0] - d[1] * l[1]) / (length * sqrt(1.0 + d[0] * d[0] + d[1] * d[1]));
    double gain = 0.9 * (fmax(facing, 0.0) - l[2] / length);
    const double tint[3] = { 1.5, 0.8, 0.4 };
    for (int c = 0; c < 3; c++) {
        double lit = p.c[c] * (1.0 + gain * (gain > 0.0 ? tint[c] : 1.0));
        p.c[c] = fmax(lit, fmin(p.c[c], 0.0));
    }
    return p;
}

static void relight_is_its_formula(void)
{
    open_all();
    blur(&nears, 0.015 * H, &soft_a);
    apply(
        "zrelight=x=0.3:y=1.2:height=0.7:relief=0.4:smooth=0.015:amount=0.9:red=1.5:green=0.8:blue=0.4");
    require_made(relit, 2e-4);
    pictures_close(&canvas);
}

static rgba veil;

static rgba hazy(int x, int y)
{
    rgba p = colour_at(x, y);
    double distance = 1.0 / (1.0 + near_at(x, y) * (12.0 - 1.0));
    double path = (distance - 1.0 / 12.0) / (1.0 - 1.0 / 12.0);
    double q = clamp((0.4 - (y + 0.5) / H) * distance / 0.2, -4.0, 60.0);
    double thin = fabs(q) < 1e-3 ? 1.0 - 0.5 * q : (1.0 - exp(-q)) / q;
    double air = 2.5 * path * thin;
    double hidden = 1.0 - exp(-air);
    for (int c = 0; c < 3; c++) {
        p.c[c] += hidden * (veil.c[c] * p.c[3] - p.c[c]);
    }
    return p;
}

/* The mean of what is furthest and high, on every second pixel of a frame of twice 96 and more. */
static void haze_is_its_formula(void)
{
    const double own[3] = { 0.2, 0.5, 0.9 };
    double sums[4] = { 0.0, 0.0, 0.0, 0.0 };
    open_all();
    for (int y = 1; y < H; y += 2) {
        for (int x = 1; x < W; x += 2) {
            double high = 1.0 - (double) y / H;
            double weight = pow(1.0 - near_at(x, y), 8.0) * high * high;
            for (int c = 0; c < 4; c++) {
                sums[c] += weight * colour_at(x, y).c[c];
            }
        }
    }
    for (int c = 0; c < 3; c++) {
        veil.c[c] = own[c] + 0.75 * (sums[c] / sums[3] - own[c]);
    }
    apply("zhaze=density=2.5:reach=12:horizon=0.4:height=0.2:sky=0.75:red=0.2:green=0.5:blue=0.9");
    require_made(hazy, 1e-4);
    pictures_close(&canvas);
}

static rgba foggy(int x, int y)
{
    rgba p = colour_at(x, y);
    const double fog[3] = { 0.3, 0.6, 1.2 };
    double depth = (0.7 - near_at(x, y)) / 0.7;
    double hidden = depth > 0.0 ? 1.0 - exp(-1.4 * pow(depth, 1.7)) : 0.0;
    for (int c = 0; c < 3; c++) {
        p.c[c] = (1.0 - hidden) * p.c[c] + hidden * fog[c] * p.c[3];
    }
    return p;
}

static void fog_is_its_formula(void)
{
    open_all();
    apply("zfog=density=1.4:near=0.7:falloff=1.7:red=0.3:green=0.6:blue=1.2");
    require_made(foggy, 1e-5);
    pictures_close(&canvas);
}

static rgba revealed(int x, int y)
{
    rgba p = colour_at(x, y);
    const double light[3] = { 0.4, 1.5, 0.7 };
    double ahead = (near_at(x, y) - 0.45) / 0.3;
    double bump = fmax(1.0 - ahead * ahead, 0.0);
    double dark = 0.8 * clamp(ahead + 0.5, 0.0, 1.0);
    for (int c = 0; c < 3; c++) {
        p.c[c] *= 1.0 - dark;
        p.c[c] += (p.c[c] + 0.05 * p.c[3]) * light[c] * 2.5 * bump * bump;
    }
    return p;
}

/* The matte weighs the two parts and not their product, so it is 0 or 1 here. */
static void reveal_is_its_formula(void)
{
    open_all();
    for (int y = 0; y < H; y++) {
        for (int x = 0; x < W; x++) {
            *pictures_at(canvas.matte, x, y) = x > 30 ? 1.0f : 0.0f;
        }
    }
    apply("zreveal=at=0.45:width=0.3:glow=2.5:hide=0.8:red=0.4:green=1.5:blue=0.7");
    require_made(revealed, 1e-5);
    pictures_close(&canvas);
}

enum { SHRINK = 8, SMALL_W = (W + SHRINK - 1) / SHRINK, SMALL_H = (H + SHRINK - 1) / SHRINK };

static double light_of[3][SMALL_H][SMALL_W];

static double blurred_light(int channel, int x, int y, double sigma)
{
    double sum = 0.0;
    double total = 0.0;
    int reach = (int) ceil(3.0 * sigma);
    for (int v = -reach; v <= reach; v++) {
        for (int u = -reach; u <= reach; u++) {
            double weight = exp(-0.5 * (u * u + v * v) / (sigma * sigma));
            sum += weight * light_of[channel][zd_int_clamp(y + v, 0, SMALL_H - 1)]
                                    [zd_int_clamp(x + u, 0, SMALL_W - 1)];
            total += weight;
        }
    }
    return sum / total;
}

static double glow_small[3][SMALL_H][SMALL_W];

static rgba glowing(int x, int y)
{
    rgba p = colour_at(x, y);
    double at_x = clamp((x + 0.5) / SHRINK - 0.5, 0.0, SMALL_W - 1.0);
    double at_y = clamp((y + 0.5) / SHRINK - 0.5, 0.0, SMALL_H - 1.0);
    int x0 = (int) at_x;
    int y0 = (int) at_y;
    int x1 = zd_int_min(x0 + 1, SMALL_W - 1);
    int y1 = zd_int_min(y0 + 1, SMALL_H - 1);
    for (int c = 0; c < 3; c++) {
        double above =
            glow_small[c][y0][x0] + (at_x - x0) * (glow_small[c][y0][x1] - glow_small[c][y0][x0]);
        double below =
            glow_small[c][y1][x0] + (at_x - x0) * (glow_small[c][y1][x1] - glow_small[c][y1][x0]);
        p.c[c] += 1.8 * (above + (at_y - y0) * (below - above));
    }
    return p;
}

/* The pixels of a square that lie in the picture. */
static double square_size(int x, int y)
{
    return (double) zd_int_min(SHRINK, W - x * SHRINK) * zd_int_min(SHRINK, H - y * SHRINK);
}

/* A radius of 12.8 pixels is blurred on squares of eight, those at the right and below cut short. What means and
 * bilinear samples blur by themselves, .25 of a square in variance, the Gaussian has the less. */
static void glow_is_its_formula(void)
{
    double wanted = 0.065 * H / SHRINK;
    double sigma = sqrt(wanted * wanted - 0.25);
    open_all();
    memset(light_of, 0, sizeof light_of);
    for (int y = 0; y < H; y++) {
        for (int x = 0; x < W; x++) {
            rgba p = colour_at(x, y);
            double most = fmax(p.c[0], fmax(p.c[1], p.c[2]));
            double depth = 0.9 + (0.2 - 0.9) * near_at(x, y);
            for (int c = 0; c < 3 && most > 0.6; c++) {
                light_of[c][y / SHRINK][x / SHRINK] +=
                    depth * (most - 0.6) / most * p.c[c] / square_size(x / SHRINK, y / SHRINK);
            }
        }
    }
    for (int c = 0; c < 3; c++) {
        for (int y = 0; y < SMALL_H; y++) {
            for (int x = 0; x < SMALL_W; x++) {
                glow_small[c][y][x] = blurred_light(c, x, y, sigma);
            }
        }
    }
    apply("zglow=amount=1.8:far=0.9:near=0.2:threshold=0.6:radius=0.065");
    require_made(glowing, 1e-4);
    pictures_close(&canvas);
}

/* ---- grades ---- */

/* Fritsch and Butland's monotone cubic through (0, a), (m, b), (1, c). */
static double curve(double a, double b, double c, double m, double at)
{
    double n = 1.0 - m;
    double s = (b - a) / m;
    double t = (c - b) / n;
    double middle = s * t > 0.0 ? 3.0 / ((2.0 * n + m) / s + (n + 2.0 * m) / t) : 0.0;
    double ends[2] = { (2.0 * m + n) * s - m * t, (2.0 * n + m) * t - n * s };
    double own[2] = { s, t };
    for (int i = 0; i < 2; i++) {
        ends[i] = ends[i] * own[i] <= 0.0                              ? 0.0
                  : s * t <= 0.0 && fabs(ends[i]) > 3.0 * fabs(own[i]) ? 3.0 * own[i]
                                                                       : ends[i];
    }
    double width = at >= m ? n : m;
    double u = at >= m ? (at - m) / n : at / m;
    double v[2] = { at >= m ? b : a, at >= m ? c : b };
    double d[2] = { at >= m ? middle : ends[0], at >= m ? ends[1] : middle };
    return (1.0 + 2.0 * u) * (1.0 - u) * (1.0 - u) * v[0] +
           u * (1.0 - u) * (1.0 - u) * width * d[0] + u * u * (3.0 - 2.0 * u) * v[1] +
           u * u * (u - 1.0) * width * d[1];
}

static rgba graded_by_depth(int x, int y)
{
    rgba p = colour_at(x, y);
    double near = near_at(x, y);
    double stops = curve(-1.0, 0.5, 1.5, 0.3, near);
    double warmth = curve(1.0, -0.6, 0.2, 0.3, near);
    double saturation = curve(0.4, 1.2, 2.0, 0.3, near);
    p.c[0] *= exp2(stops + 0.5 * warmth);
    p.c[1] *= exp2(stops);
    p.c[2] *= exp2(stops - 0.5 * warmth);
    double gray = luminance(p);
    for (int c = 0; c < 3; c++) {
        p.c[c] = gray + saturation * (p.c[c] - gray);
    }
    return p;
}

static void grade_by_depth_is_its_formula(void)
{
    open_all();
    apply(
        "zdepthgrade=middle=0.3:exposure_far=-1:exposure_mid=0.5:exposure_near=1.5:warmth_far=1:"
        "warmth_mid=-0.6:warmth_near=0.2:saturation_far=0.4:saturation_mid=1.2:saturation_near=2");
    require_made(graded_by_depth, 1e-3); /* the table's step */
    pictures_close(&canvas);
}

static rgba graded(int x, int y)
{
    rgba p = colour_at(x, y);
    const double lift[3] = { 0.1, -0.05, 0.02 };
    const double gamma[3] = { 1.4, 0.8, 1.1 };
    const double gain[3] = { 0.9, 1.2, 1.05 };
    rgba v = p;
    for (int c = 0; c < 3; c++) {
        v.c[c] = p.c[c] / p.c[3] * exp2(0.6);
        v.c[c] += lift[c] * (1.0 - v.c[c]);
        v.c[c] = (v.c[c] > 0.0 ? pow(v.c[c], 1.0 / gamma[c]) : v.c[c]) * gain[c];
    }
    double gray = luminance(v);
    for (int c = 0; c < 3; c++) {
        p.c[c] = (gray + 1.3 * (v.c[c] - gray)) * p.c[3];
    }
    return p;
}

static void grade_is_its_formula(void)
{
    open_all();
    zd_grade grade = { .exposure = 0.6f,
                       .lift = { 0.1f, -0.05f, 0.02f },
                       .gamma = { 1.4f, 0.8f, 1.1f },
                       .gain = { 0.9f, 1.2f, 1.05f },
                       .saturation = 1.3f };
    zd_effect_io io = io_of();
    zd_view_clear(zd_image_view(canvas.out));
    REQUIRE_OK(zd_grade_apply(canvas.ctx, &grade, &io, &err));
    require_made(graded, 1e-5);
    pictures_close(&canvas);
}

int main(void)
{
    RUN(posterise_is_its_formula);
    RUN(comic_is_its_formula);
    RUN(pencil_is_its_formula);
    RUN(watercolour_is_its_formula);
    RUN(paint_is_its_formula);
    RUN(relight_is_its_formula);
    RUN(haze_is_its_formula);
    RUN(fog_is_its_formula);
    RUN(reveal_is_its_formula);
    RUN(glow_is_its_formula);
    RUN(grade_by_depth_is_its_formula);
    RUN(grade_is_its_formula);
    return zd_test_finish();
}
