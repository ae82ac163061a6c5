/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* What pixels become of the matte's cells, and which parts count, against slow plain versions of what docs/matte.md
 * says, in double precision; each step begins with what the one before it left. */

#include "matte_plain.h"

/* ---- pixels ---- */

static double node_at(int plane, int x, int y) /* at a pixel's middle */
{
    return mixed_by(node, plane, ((x + 0.5) * ROWS / H - 1.0) / 2.0,
                    ((y + 0.5) * ROWS / H - 1.0) / 2.0);
}

static double limit_at(int plane, int x, int y)
{
    return mixed_by(cell, plane, (x + 0.5) * ROWS / H - 0.5, (y + 0.5) * ROWS / H - 0.5);
}

static double of_field(zd_plane p, int x, int y)
{
    return field_at(p, (x + 0.5) * p.width / W - 0.5, (y + 0.5) * p.height / H - 0.5);
}

static double cover_at(int x, int y)
{
    if (!m->layers_with_guide) {
        double near = node_at(ZD_MATTE_NODE_NEAR, x, y);
        double far = node_at(ZD_MATTE_NODE_FAR, x, y);
        return clamp((of_field(m->field, x, y) - far) / (near > far ? near - far : 1.0), 0.0, 1.0);
    }
    double sum = node_at(ZD_MATTE_NODE_OFFSET, x, y);
    for (int c = 0; c < 3; c++) {
        sum += node_at(ZD_MATTE_NODE_RED + c, x, y) * (double) pixel(guide, x, y)[c];
    }
    sum = fmin(sum, limit_at(ZD_CELL_COVER_MOST, x, y));
    return clamp(fmax(sum, limit_at(ZD_CELL_COVER_LEAST, x, y)), 0.0, 1.0);
}

static double moved(zd_subject_shift shift, double probability)
{
    return (double) zd_subject_shift_of(shift, (float) probability);
}

static double inside_softly(zd_thresholds t, double depth, double probability, double slope)
{
    slope = fmax(slope, 1e-6);
    double low = (depth + moved(t.at_low, probability) - (double) t.low + 1e-6) / slope + 0.5;
    double high = ((double) t.high - depth + moved(t.at_high, probability) + 1e-6) / slope + 0.5;
    return clamp(fmin(low, high), 0.0, 1.0);
}

/* How far a number is from where a hard matte goes over. */
static double soft_pixel(zd_thresholds t, int x, int y)
{
    bool known = m->probability.data != NULL;
    double slope = node_at(ZD_MATTE_NODE_SLOPE, x, y);
    double say = node_at(ZD_MATTE_NODE_JUMP, x, y);
    double plain = inside_softly(t, of_field(m->field, x, y),
                                 known ? of_field(m->probability, x, y) : 0.5, slope);
    double near = inside_softly(t, node_at(ZD_MATTE_NODE_NEAR, x, y),
                                known ? node_at(ZD_MATTE_NODE_NEAR_PROBABILITY, x, y) : 0.5, slope);
    double far = inside_softly(t, node_at(ZD_MATTE_NODE_FAR, x, y),
                               known ? node_at(ZD_MATTE_NODE_FAR_PROBABILITY, x, y) : 0.5, slope);
    double cover = cover_at(x, y);
    double layered = cover * near + (1.0 - cover) * far;
    layered = fmin(layered, node_at(ZD_MATTE_NODE_MOST, x, y));
    layered = fmax(layered, node_at(ZD_MATTE_NODE_LEAST, x, y));
    return (1.0 - say) * plain + say * layered;
}

static void soft_pixels_are_mixed(void)
{
    for (int i = 0; i < 2; i++) {
        zd_matte_params params = auto_params();
        int between = 0;
        int off = 0;
        params.probability = i == 0 ? 0.15f : -1.0f; /* below the weight that tells crumbs */
        open_all();
        prepare(i == 0, i == 0);
        render(&params);
        zd_thresholds t = zd_thresholds_resolve(&params, m->range);
        for (int y = 0; y < H; y++) {
            for (int x = 0; x < W; x++) {
                double expected = soft_pixel(t, x, y);
                float found = *pixel(out, x, y);
                between += found > 0.01f && found < 0.99f;
                off += !(fabs((double) found - expected) <=
                         3e-3); /* a node's step, a slope that is none */
            }
        }
        REQUIRE(between > 1000);
        REQUIRE(off < 20);
        close_all();
    }
}

/* Near and far, whichever the pixel's cover says; and depth itself likewise. */
static void hard_pixels_are_one_layers(void)
{
    zd_matte_params params = auto_params();
    int off = 0;
    int layered = 0;
    params.auto_feather = false;
    params.probability = 0.15f;
    open_all();
    prepare(true, true);
    render(&params);
    zd_thresholds t = zd_thresholds_resolve(&params, m->range);
    for (int y = 0; y < H; y++) {
        for (int x = 0; x < W; x++) {
            bool jumps = node_at(ZD_MATTE_NODE_JUMP, x, y) > 0.5;
            int which = cover_at(x, y) >= 0.5 ? 0 : 1;
            double depth =
                jumps ? node_at(ZD_MATTE_NODE_NEAR + which, x, y) : of_field(m->field, x, y);
            double p = jumps ? node_at(ZD_MATTE_NODE_NEAR_PROBABILITY + which, x, y)
                             : of_field(m->probability, x, y);
            double hold = zd_thresholds_hold(t, (float) depth, (float) p);
            if (jumps) {
                hold = fmax(fmin(hold, node_at(ZD_MATTE_NODE_MOST, x, y)),
                            node_at(ZD_MATTE_NODE_LEAST, x, y));
                layered++;
            }
            off += (*pixel(out, x, y) == 1.0f) != (hold >= 0.5);
            REQUIRE(*pixel(out, x, y) == 0.0f || *pixel(out, x, y) == 1.0f);
        }
    }
    REQUIRE(layered > 1000);
    REQUIRE(off < 40); /* just on a threshold */
    off = 0;
    REQUIRE_OK(zd_matte_render_depth(m, (zd_rect){ 0, 0, W, H }, zd_image_view(out), &err));
    for (int y = 0; y < H; y++) {
        for (int x = 0; x < W; x++) {
            bool jumps = node_at(ZD_MATTE_NODE_JUMP, x, y) > 0.5;
            int which = cover_at(x, y) >= 0.5 ? 0 : 1;
            double depth =
                jumps ? node_at(ZD_MATTE_NODE_NEAR + which, x, y) : of_field(m->field, x, y);
            off += !(fabs((double) *pixel(out, x, y) - (double) zd_unbound_depth((float) depth)) <
                     1e-4);
        }
    }
    REQUIRE(off < 40);
    close_all();
}

/* Windows that divide the frame make the whole, of the matte and of the depth, and touch nothing else. */
static void windows_make_the_whole(void)
{
    static const int across[] = { 0, 1, 100, 101, W };
    static const int down[] = { 0, 129, H };
    static float whole[H][W];
    static float part[H + 2][W + 2];
    zd_matte_params params = auto_params();
    open_all();
    prepare(true, true);
    for (int i = 0; i < 2 * 8; i++) {
        bool is_depth = i / 8 == 1;
        zd_rect roi = { across[i % 4], down[i / 4 % 2], across[i % 4 + 1], down[i / 4 % 2 + 1] };
        int width = roi.x1 - roi.x0;
        zd_view all = { whole, W, H, sizeof whole[0], ZD_GRAY_F32 };
        zd_view view = { &part[1][1], width, roi.y1 - roi.y0, sizeof part[0], ZD_GRAY_F32 };
        memset(part, 77, sizeof part);
        float untouched = part[0][0];
        if (is_depth) {
            REQUIRE_OK(zd_matte_render_depth(m, (zd_rect){ 0, 0, W, H }, all, &err));
            REQUIRE_OK(zd_matte_render_depth(m, roi, view, &err));
        } else {
            REQUIRE_OK(zd_matte_render(m, &params, (zd_rect){ 0, 0, W, H }, all, &err));
            REQUIRE_OK(zd_matte_render(m, &params, roi, view, &err));
        }
        for (int y = 0; y < H + 2; y++) {
            for (int x = 0; x < W + 2; x++) {
                bool inside = x >= 1 && x <= width && y >= 1 && y <= view.height;
                float expected = inside ? whole[roi.y0 + y - 1][roi.x0 + x - 1] : untouched;
                REQUIRE_BYTES(&part[y][x], &expected, sizeof expected);
            }
        }
    }
    close_all();
}

/* ---- what counts ---- */

/* Parts that are small, unlike the subject and far from all that counts are dropped. */
static void crumbs_are_told_by_size_likeness_and_distance(void)
{
    static const struct {
        int x;
        int y;
        int side;
        float probability;
        bool stays;
    } parts[] = { { 40, 4, 2, 0.2f, false },
                  { 40, 70, 2, 0.65f, true },
                  { 4, 78, 3, 0.2f, true },
                  { 50, 55, 1, 0.59f, false } };
    zd_matte_params params = {
        .mode = ZD_MATTE_NORMALISED, .depth_in = 0.5f, .depth_out = 1.0f, .probability = 0.3f
    };
    open_all();
    int reach = (int) ceil(0.045 * MAP_H);
    for (int y = 0; y < MAP_H; y++) {
        for (int x = 0; x < MAP_W; x++) {
            bool body = x >= 10 && x < 30 && y >= 20 && y < 60;
            *pixel(map.values, x, y) = body ? 0.9f : 0.1f;
            *pixel(foreground, x, y) = body ? 0.4f : 0.5f;
        }
    }
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        for (int k = 0; k < parts[i].side * parts[i].side; k++) {
            int x = parts[i].x + k % parts[i].side;
            int y = parts[i].y + k / parts[i].side;
            *pixel(map.values, x, y) = 0.95f;
            *pixel(foreground, x, y) = parts[i].probability;
        }
    }
    *pixel(map.values, 30 + reach - 1, 30) = 0.95f; /* just near enough to the body */
    *pixel(map.values, 30 + reach, 40) = 0.95f;     /* and just not */
    zd_view probability = zd_image_view(foreground);
    zd_depth_map plain = { .values = map.values };
    zd_matte_frame frame = { .map = &plain, .range = { 0.0f, 1.0f }, .foreground = &probability };
    REQUIRE_OK(zd_matte_prepare(m, &frame, &err));
    render(&params);
    REQUIRE(m->settled_ready);
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        float kept = zd_plane_row(m->keep, parts[i].y)[parts[i].x];
        REQUIRE_INT((int) kept, parts[i].stays);
    }
    REQUIRE(zd_plane_row(m->keep, 30)[30 + reach - 1] == 1.0f);
    REQUIRE(zd_plane_row(m->keep, 40)[30 + reach] == 0.0f);
    for (int i = 0; i < MAP_W * MAP_H; i++)
    { /* a square around all that counts, and nothing else */
        int x = i % MAP_W;
        int y = i / MAP_W;
        bool near = false;
        for (int v = zd_int_max(y - reach, 0); v <= zd_int_min(y + reach, MAP_H - 1); v++) {
            for (int u = zd_int_max(x - reach, 0); u <= zd_int_min(x + reach, MAP_W - 1); u++) {
                near = near || (m->labels[v * MAP_W + u] == 1);
            }
        }
        REQUIRE_INT((int) m->keep.data[i], near);
    }
    close_all();
}

/* With a mask of the object, what belongs to neither goes to whichever is nearer by steps. */
static void the_object_keeps_its_soft_edge(void)
{
    zd_matte_params params = { .mode = ZD_MATTE_NORMALISED,
                               .depth_in = 0.5f,
                               .depth_out = 1.0f,
                               .nearest_only = true,
                               .probability = -1.0f };
    open_all();
    zd_image *object = image_of(MAP_W, MAP_H, ZD_GRAY_F32);
    for (int i = 0; i < MAP_W * MAP_H; i++) {
        int x = i % MAP_W;
        int y = i / MAP_W;
        bool left = x >= 6 && x < 20 && y >= 10 && y < 50;
        bool right = x >= 33 && x < 50 && y >= 25 && y < 70;
        *pixel(map.values, x, y) = left || right ? 0.8f : 0.1f;
        *pixel(object, x, y) = left ? 0.5f : right ? 0.49f : 0.0f;
    }
    zd_view mask = zd_image_view(object);
    zd_depth_map plain = { .values = map.values };
    zd_matte_frame frame = { .map = &plain, .range = { 0.0f, 1.0f }, .object = &mask };
    REQUIRE_OK(zd_matte_prepare(m, &frame, &err));
    render(&params);
    for (int i = 0; i < MAP_W * MAP_H; i++) {
        int x = i % MAP_W;
        int y = i / MAP_W;
        int left =
            zd_int_max(zd_int_max(6 - x, x - 19), 0) + zd_int_max(zd_int_max(10 - y, y - 49), 0);
        int right =
            zd_int_max(zd_int_max(33 - x, x - 49), 0) + zd_int_max(zd_int_max(25 - y, y - 69), 0);
        if (left != right) {
            REQUIRE_INT((int) m->keep.data[i], left < right);
        }
    }
    for (int y = 0; y < H; y++) {
        for (int x = 0; x < W; x++) {
            double depth = of_field(m->field, x, y);
            double kept = of_field(m->keep, x, y);
            if (fabs(depth - 0.5) > 1e-4 && fabs(kept - 0.5) > 1e-4) {
                REQUIRE_INT((int) *pixel(out, x, y), depth >= 0.5 && kept >= 0.5);
            }
        }
    }
    zd_image_unref(&object);
    close_all();
}

/* What one value is in, of a rectangle's pixels: 0, 1, or -1. */
static int value_of(const zd_pixel_job *job, zd_rect rect)
{
    static float pixels[64 * 64];
    static float line[16 * 64 + MAP_W + 64 * ZD_MATTE_NODE_COUNT];
    int width = rect.x1 - rect.x0;
    float low = 1.0f;
    float high = 0.0f;
    zd_matte_pixels_matte(job, rect, pixels, width, line);
    for (int i = 0; i < width * (rect.y1 - rect.y0); i++) {
        low = fminf(low, pixels[i]);
        high = fmaxf(high, pixels[i]);
    }
    return high < 1e-6f ? 0 : low > 1.0f - 1e-6f ? 1 : -1;
}

/* No rectangle is told to be of one value that is not; and of those that are, most are told. */
static void what_is_of_one_value_is_told(void)
{
    int alike[2] = { 0, 0 };
    int told[2] = { 0, 0 };
    open_all();
    prepare(true, true);
    for (int k = 0; k < 12; k++) {
        zd_matte_params params = auto_params();
        params.depth_in = 0.15f + 0.05f * (float) k;
        params.auto_feather = k % 3 != 0;
        params.probability = k % 2 == 0 ? 0.0f : 0.6f;
        render(&params);
        zd_pixel_job job = { .matte = m,
                             .thresholds = zd_thresholds_resolve(&params, m->range),
                             .soft = params.auto_feather,
                             .layered = true };
        for (int i = 0; i < (W - 30) * (H - 30); i += 97) {
            zd_rect rect = { i % (W - 30), i / (W - 30), i % (W - 30) + 30, i / (W - 30) + 30 };
            int is = value_of(&job, rect);
            int said = zd_matte_pixels_uniform(&job, rect);
            REQUIRE(said < 0 || said == is);
            alike[is == 1] += is >= 0;
            told[is == 1] += said >= 0;
        }
    }
    for (int all = 0; all < 2; all++) {
        REQUIRE(alike[all] > 500);
        if (told[all] * 20 < alike[all] * 11) {
            ZD_TEST_FAIL("%d of %d rectangles of %d are told", told[all], alike[all], all);
        }
    }
    close_all();
}

/* Depths that rise slowly across a threshold, by `step` a pixel: nothing is told wrongly, and of hard mattes all whose
 * depths keep off the threshold by more than rounding is told. */
static void expect_told_at(float low, float high, float threshold, bool is_soft)
{
    const float step = 3e-4f;
    int missed = 0;
    int told[2] = { 0, 0 };
    zd_matte_params params = { .mode = ZD_MATTE_NORMALISED,
                               .depth_in = low,
                               .depth_out = high,
                               .auto_feather = is_soft,
                               .probability = -1.0f };
    for (int i = 0; i < MAP_W * MAP_H; i++) {
        float x = ((float) (i % MAP_W) + 0.5f) * W / MAP_W;
        *pixel(map.values, i % MAP_W, i / MAP_W) = threshold + step * (x - 0.5f * W);
    }
    zd_depth_map plain = { .values = map.values };
    zd_matte_frame frame = { .map = &plain, .range = { 0.0f, 1.0f } };
    REQUIRE_OK(zd_matte_prepare(m, &frame, &err));
    render(&params);
    zd_pixel_job job = { .matte = m,
                         .thresholds = zd_thresholds_resolve(&params, m->range),
                         .soft = is_soft,
                         .layered = is_soft }; /* as without a picture */
    for (int x = 0; x + 7 <= W; x++) {
        zd_rect rect = { x, 40, x + 7, 60 };
        int said = zd_matte_pixels_uniform(&job, rect);
        const float *depths =
            zd_plane_row(m->field, MAP_H / 2); /* those that the rectangle lies between */
        float off = fmaxf(depths[m->columns[x]] - threshold,
                          threshold - depths[zd_int_min(m->columns[x + 6] + 1, MAP_W - 1)]);
        REQUIRE(said < 0 || said == value_of(&job, rect));
        missed += !is_soft && said < 0 && off > 1e-4f;
        told[said == 1] += said >= 0;
    }
    REQUIRE_INT(missed, 0);
    REQUIRE(told[0] > W / 4 && told[1] > W / 4);
}

static void what_is_told_ends_at_the_thresholds(void)
{
    open_all();
    for (int soft = 0; soft < 2; soft++) {
        expect_told_at(0.5f, 1.0f, 0.5f, soft == 1);
        expect_told_at(0.1f, 0.5f, 0.5f, soft == 1);
    }
    close_all();
}

int main(void)
{
    RUN(what_is_of_one_value_is_told);
    RUN(what_is_told_ends_at_the_thresholds);
    RUN(soft_pixels_are_mixed);
    RUN(hard_pixels_are_one_layers);
    RUN(windows_make_the_whole);
    RUN(crumbs_are_told_by_size_likeness_and_distance);
    RUN(the_object_keeps_its_soft_edge);
    return zd_test_finish();
}
