/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* Depth over time: steadiness, ghosts, drift, the range of a shot, cuts and suggestions. */

#include "depth/range.h"
#include "depth/shots.h"
#include "depth/stabilise.h"
#include "depth/suggest.h"
#include "figures.h"
#include "scene.h"

enum { W = 192, H = 108 };

static zd_error err;

/* A room with a textured wall, and a person-sized disc at (cx, cy); true nearness and picture. */
static void draw_room(zd_image *depth, zd_image *rgb, float cx, float cy, float pan)
{
    for (int y = 0; y < H; y++) {
        for (int x = 0; x < W; x++) {
            float dx = (float) x - cx;
            float dy = (float) y - cy;
            bool person = dx * dx + dy * dy < 22.0f * 22.0f;
            float u = (person ? dx : (float) x + pan) / 9.0f;
            float v = (person ? dy : (float) y) / 9.0f;
            float grain = scene_noise(u, v, person ? 31 : 32);
            float fine = scene_noise(u * 3.0f, v * 3.0f, 33);
            float *p = scene_row(rgb, y) + 3 * x;
            scene_row(depth, y)[x] = person ? 6.0f : 1.5f + 1.5f * (float) y / H;
            p[0] = (person ? 0.65f : 0.25f) + 0.2f * grain;
            p[1] = (person ? 0.4f : 0.35f) + 0.2f * grain + 0.1f * fine;
            p[2] = (person ? 0.3f : 0.45f) + 0.2f * fine;
        }
    }
}

/* What a network makes of it: soft edges, fine and coarse noise that changes with every frame,
 * edges that crawl, and a scale and shift that jump. */
static void disturb(zd_image *truth, zd_image *out, float noise, float jump,
                    unsigned long long seed)
{
    unsigned long long random = seed * 7919u + 1;
    float scale = 1.0f + jump * (zd_test_uniform(&random) - 0.5f);
    float shift = jump * (zd_test_uniform(&random) - 0.5f);
    float ox = 100.0f * zd_test_uniform(&random);
    zd_view_copy(zd_image_view(truth), zd_image_view(out));
    scene_blur(out, 1.5f);
    for (int y = 0; y < H; y++) {
        for (int x = 0; x < W; x++) {
            float coarse = scene_noise((float) x / 14.0f + ox, (float) y / 14.0f, 5) - 0.5f;
            float fine = zd_test_uniform(&random) - 0.5f;
            float *d = &scene_row(out, y)[x];
            *d = scale * (*d + noise * (2.0f * coarse + 2.0f * fine)) + shift;
        }
    }
}

static void add_grain(zd_image *rgb, float amount, unsigned long long seed)
{
    for (int y = 0; y < H; y++) {
        for (int x = 0; x < 3 * W; x++) {
            scene_row(rgb, y)[x] += amount * (zd_test_uniform(&seed) - 0.5f);
        }
    }
}

typedef struct rig {
    zd_context *ctx;
    zd_stabiliser *stabiliser;
    zd_image *truth;
    zd_image *rgb;
    zd_image *raw;
    zd_image *out;
} rig;

static rig rig_open(int threads)
{
    rig r = { .ctx = zd_test_context(threads) };
    REQUIRE_OK(zd_stabiliser_create(r.ctx, W, H, &r.stabiliser, &err));
    r.truth = scene_image(r.ctx, W, H, 1);
    r.rgb = scene_image(r.ctx, W, H, 3);
    r.raw = scene_image(r.ctx, W, H, 1);
    r.out = scene_image(r.ctx, W, H, 1);
    return r;
}

static void rig_close(rig *r)
{
    zd_stabiliser_destroy(&r->stabiliser);
    zd_image_unref(&r->truth);
    zd_image_unref(&r->rgb);
    zd_image_unref(&r->raw);
    zd_image_unref(&r->out);
    zd_context_destroy(&r->ctx);
}

static void rig_step(rig *r)
{
    REQUIRE_OK(zd_stabiliser_process(r->stabiliser, zd_image_view(r->raw), zd_image_view(r->rgb),
                                     1.0f, zd_image_view(r->out), &err));
}

/* Mean over pixels of the standard deviation in time. */
typedef struct spread {
    double sum[W * H];
    double squares[W * H];
    int frames;
} spread;

static void spread_add(spread *s, zd_image *image)
{
    for (int i = 0; i < W * H; i++) {
        double d = (double) scene_row(image, i / W)[i % W];
        s->sum[i] += d;
        s->squares[i] += d * d;
    }
    s->frames++;
}

static double spread_at(const spread *s, int x, int y)
{
    double mean = s->sum[y * W + x] / s->frames;
    return sqrt(fmax(s->squares[y * W + x] / s->frames - mean * mean, 0.0));
}

static double spread_mean(const spread *s)
{
    double total = 0.0;
    for (int i = 0; i < W * H; i++) {
        total += spread_at(s, i % W, i / W);
    }
    return total / (W * H);
}

static long crossings(zd_image *a, zd_image *b, float threshold, long *area)
{
    long count = 0;
    for (int i = 0; i < W * H; i++) {
        bool p = scene_row(a, i / W)[i % W] >= threshold;
        bool q = scene_row(b, i / W)[i % W] >= threshold;
        count += p != q;
        *area += p;
    }
    return count;
}

static void still_camera_is_steady(void)
{
    static spread raw;
    static spread steady;
    rig r = rig_open(2);
    zd_image *last = scene_image(r.ctx, W, H, 1);
    zd_image *last_raw = scene_image(r.ctx, W, H, 1);
    long flicker = 0;
    long flicker_raw = 0;
    long area = 0;
    for (int f = 0; f < 150; f++) {
        draw_room(r.truth, r.rgb, 90.0f, 60.0f, 0.0f);
        add_grain(r.rgb, 0.03f, (unsigned long long) f + 1);
        disturb(r.truth, r.raw, 0.08f, 0.2f, (unsigned long long) f + 1);
        rig_step(&r);
        if (f == 0) {
            for (int y = 0; y < H; y++) {
                REQUIRE_BYTES(scene_row(r.out, y), scene_row(r.raw, y), W * sizeof(float));
            }
        }
        if (f >= 20) {
            spread_add(&raw, r.raw);
            spread_add(&steady, r.out);
            flicker += crossings(r.out, last, 4.2f, &area);
            long ignored = 0;
            flicker_raw += crossings(r.raw, last_raw, 4.2f, &ignored);
        }
        zd_view_copy(zd_image_view(r.out), zd_image_view(last));
        zd_view_copy(zd_image_view(r.raw), zd_image_view(last_raw));
    }
    double part = spread_mean(&steady) / spread_mean(&raw);
    figures("still camera: deviation %.1f %% of the raw; edge flicker %.2f %% of the area (raw "
            "%.2f %%)\n",
            100.0 * part, 100.0 * (double) flicker / (double) area,
            100.0 * (double) flicker_raw / (double) area);
    REQUIRE(part <= 0.30);
    REQUIRE((double) flicker <= 0.005 * (double) area);
    zd_image_unref(&last);
    zd_image_unref(&last_raw);
    rig_close(&r);
}

/* Mean error against the truth, aligned as the first frame was, inside the person and where the
 * person was up to eight frames ago. */
static void moving_people_leave_no_ghost(void)
{
    for (int pan = 0; pan < 2; pan++) {
        rig r = rig_open(2);
        zd_image *soft = scene_image(r.ctx, W, H, 1);
        double person[2] = { 0.0, 0.0 };
        double trail[2] = { 0.0, 0.0 };
        double wall[2] = { 0.0, 0.0 };
        long counts[3] = { 0, 0, 0 };
        for (int f = 0; f < 60; f++) {
            float cx = 40.0f + 1.9f * (float) f;
            float cy = 60.0f + 5.0f * sinf(0.2f * (float) f);
            draw_room(r.truth, r.rgb, cx, cy, pan ? 1.3f * (float) f : 0.0f);
            add_grain(r.rgb, 0.03f, (unsigned long long) f + 1);
            disturb(r.truth, r.raw, 0.08f, 0.0f, (unsigned long long) f + 1);
            rig_step(&r);
            zd_view_copy(zd_image_view(r.truth), zd_image_view(soft));
            scene_blur(soft, 1.5f);
            for (int i = 0; i < W * H && f >= 10; i++) {
                int x = i % W;
                int y = i / W;
                float dx = (float) x - cx;
                float dy = (float) y - cy;
                double raw = fabs((double) (scene_row(r.raw, y)[x] - scene_row(soft, y)[x]));
                double out = fabs((double) (scene_row(r.out, y)[x] - scene_row(soft, y)[x]));
                bool inside = dx * dx + dy * dy < 24.0f * 24.0f;
                bool behind = !inside && fabsf(dy) < 28.0f && dx < 0.0f && dx > -45.0f;
                double *sums = inside ? person : behind ? trail : wall;
                sums[0] += raw;
                sums[1] += out;
                counts[inside ? 0 : behind ? 1 : 2]++;
            }
        }
        figures("%s: error of the raw and of the steady depth: person %.3f %.3f, where it was %.3f "
                "%.3f, elsewhere %.3f %.3f\n",
                pan ? "panning" : "walking", person[0] / (double) counts[0],
                person[1] / (double) counts[0], trail[0] / (double) counts[1],
                trail[1] / (double) counts[1], wall[0] / (double) counts[2],
                wall[1] / (double) counts[2]);
        REQUIRE(person[1] <= 1.1 * person[0]);
        REQUIRE(trail[1] <= 1.1 * trail[0]);
        REQUIRE(wall[1] <= 0.7 * wall[0]);
        zd_image_unref(&soft);
        rig_close(&r);
    }
}

/* Ten thousand frames of a loop: the wall keeps its depth. */
static void ten_thousand_frames_do_not_drift(void)
{
    rig r = rig_open(1);
    zd_rect part = { 48, 44, 144, 108 }; /* enough, and quicker */
    zd_stabiliser *small = NULL;
    double first = 0.0;
    double last = 0.0;
    enum { LOOP = 40, FRAMES = 10000 };
    REQUIRE_OK(zd_stabiliser_create(r.ctx, part.x1 - part.x0, part.y1 - part.y0, &small, &err));
    zd_image *truths[LOOP];
    zd_image *pictures[LOOP];
    for (int i = 0; i < LOOP; i++) {
        float angle = 6.2831853f * (float) i / LOOP;
        truths[i] = scene_image(r.ctx, W, H, 1);
        pictures[i] = scene_image(r.ctx, W, H, 3);
        draw_room(r.truth, pictures[i], 96.0f + 30.0f * cosf(angle), 55.0f, 0.0f);
        disturb(r.truth, truths[i], 0.0f, 0.0f, 1);
    }
    for (int f = 0; f < FRAMES; f++) {
        unsigned long long random = (unsigned long long) f * 31 + 5;
        float scale = f == 0 ? 1.0f : 1.0f + 0.1f * (zd_test_uniform(&random) - 0.5f);
        float shift = f == 0 ? 0.0f : 0.3f * (zd_test_uniform(&random) - 0.5f);
        for (int y = part.y0; y < part.y1; y++) {
            for (int x = part.x0; x < part.x1; x++) {
                float noise = 0.1f * (zd_test_uniform(&random) - 0.5f);
                scene_row(r.raw, y)[x] =
                    scale * (scene_row(truths[f % LOOP], y)[x] + noise) + shift;
            }
        }
        REQUIRE_OK(zd_stabiliser_process(small, zd_view_crop(zd_image_view(r.raw), part),
                                         zd_view_crop(zd_image_view(pictures[f % LOOP]), part),
                                         1.0f, zd_view_crop(zd_image_view(r.out), part), &err));
        for (int y = 80; y < 100 && (f < 100 || f >= FRAMES - 100); y++) {
            for (int x = part.x0; x < part.x1; x++) {
                *(f < 100 ? &first : &last) +=
                    (double) scene_row(r.out, y)[x] / (100.0 * 20.0 * 96.0);
            }
        }
    }
    figures("10,000 frames: a fixed depth of %.4f became %.4f (%.2f %%)\n", first, last,
            100.0 * fabs(last / first - 1.0));
    REQUIRE(fabs(last / first - 1.0) <= 0.01);
    for (int i = 0; i < LOOP; i++) {
        zd_image_unref(&truths[i]);
        zd_image_unref(&pictures[i]);
    }
    zd_stabiliser_destroy(&small);
    rig_close(&r);
}

/* A near object in frames 40 to 60 of a shot leaves the range where it was. */
static void a_visitor_does_not_move_the_range(void)
{
    zd_context *ctx = zd_test_context(1);
    zd_depth_range ranges[2];
    zd_image *image = scene_image(ctx, W, H, 1);
    zd_depth_map map = { .values = image, .kind = ZD_DEPTH_NEARNESS };
    for (int visited = 0; visited < 2; visited++) {
        zd_range_estimator *estimator = NULL;
        REQUIRE_OK(zd_range_estimator_create(ctx, &estimator, &err));
        for (int f = 0; f < 120; f++) {
            unsigned long long random = (unsigned long long) f + 9;
            for (int y = 0; y < H; y++) {
                for (int x = 0; x < W; x++) {
                    float d =
                        1.5f + 3.0f * (float) y / H + 0.1f * (zd_test_uniform(&random) - 0.5f);
                    bool there = visited && f >= 40 && f <= 60 && x > 60 && x < 120;
                    scene_row(image, y)[x] = there ? 9.0f : d;
                }
            }
            scene_row(image, 3)[f % W] = 1e9f; /* a spark */
            scene_row(image, 4)[f % W] = NAN;
            REQUIRE_OK(zd_range_estimator_add(estimator, zd_range_measure(&map), &err));
        }
        ranges[visited] = zd_range_estimator_result(estimator, ZD_DEPTH_NEARNESS);
        zd_range_estimator_destroy(&estimator);
    }
    float extent = ranges[0].nearest - ranges[0].furthest;
    float moved = fmaxf(fabsf(ranges[0].nearest - ranges[1].nearest),
                        fabsf(ranges[0].furthest - ranges[1].furthest));
    figures("range %.3f..%.3f, with a visitor %.3f..%.3f: moved by %.2g of its extent\n",
            (double) ranges[0].furthest, (double) ranges[0].nearest, (double) ranges[1].furthest,
            (double) ranges[1].nearest, (double) (moved / extent));
    /* The steepest matte edge turns a shift s of normalised depth into s / slope; a soft slope is
       at least a hundredth of the range high. */
    REQUIRE(moved / extent <= 0.01f / 255.0f * 10.0f);
    zd_image_unref(&image);
    zd_context_destroy(&ctx);
}

/* One frame of shot `shot`: a textured scene of its own colours that pans, shakes and zooms. */
static void draw_shot(zd_image *rgb, int shot, float t, float flash)
{
    unsigned long long random = (unsigned long long) shot * 977u + 13;
    float base[3];
    float tint[3];
    for (int c = 0; c < 3; c++) {
        base[c] = 0.1f + 0.4f * zd_test_uniform(&random);
        tint[c] = 0.4f * zd_test_uniform(&random);
    }
    float speed = zd_test_uniform(&random) < 0.25f ? 9.0f : 1.5f * zd_test_uniform(&random);
    float zoom = 1.0f + 0.004f * t * zd_test_uniform(&random);
    float size = 12.0f + 30.0f * zd_test_uniform(&random);
    float walker = 20.0f + 2.0f * t;
    for (int y = 0; y < H; y++) {
        float *p = scene_row(rgb, y);
        for (int x = 0; x < W; x++, p += 3) {
            float u = (((float) x - 96.0f) * zoom + speed * t) / size;
            float v = ((float) y - 54.0f) * zoom / size;
            float a = scene_noise(u, v, shot + 100);
            float b = scene_noise(u * 3.1f, v * 3.1f, shot + 500);
            bool person = fabsf((float) x - walker) < 14.0f && y > 30;
            for (int c = 0; c < 3; c++) {
                float value = base[c] + tint[c] * a + 0.25f * b * (c == shot % 3 ? 1.0f : 0.5f);
                value = person ? 0.5f * value + 0.2f : value;
                p[c] = fminf(value + flash * (1.1f - value), 1.0f);
            }
        }
    }
    add_grain(rgb, 0.03f, (unsigned long long) (shot * 1000) + (unsigned long long) t);
}

static void cuts_are_found(void)
{
    zd_context *ctx = zd_test_context(1);
    zd_image *rgb = scene_image(ctx, W, H, 3);
    zd_shot_detector *detector = NULL;
    enum { SHOTS = 60 };
    static bool truth[SHOTS * 80];
    static bool found[SHOTS * 80];
    unsigned long long random = 11;
    int frames = 0;
    REQUIRE_OK(zd_shot_detector_create(ctx, &detector, &err));
    zd_shot_decision decision;
    for (int shot = 0; shot < SHOTS; shot++) {
        int length = 8 + (int) (50.0f * zd_test_uniform(&random));
        int flash_at = shot % 3 == 0 ? length / 2 : -10;
        truth[frames] = true;
        for (int f = 0; f < length; f++, frames++) {
            float flash = f == flash_at ? 0.8f : f == flash_at + 1 ? 0.4f : 0.0f;
            draw_shot(rgb, shot, (float) f, flash);
            if (zd_shot_detector_push(detector, zd_image_view(rgb), &decision)) {
                found[decision.frame] = decision.starts_shot;
            }
        }
    }
    while (zd_shot_detector_drain(detector, &decision)) {
        found[decision.frame] = decision.starts_shot;
    }
    int hits = 0;
    int misses = 0;
    int wrong = 0;
    for (int f = 1; f < frames; f++) {
        hits += truth[f] && found[f];
        misses += truth[f] && !found[f];
        wrong += !truth[f] && found[f];
    }
    double f1 = 2.0 * hits / (2.0 * hits + misses + wrong);
    figures("cuts: %d found, %d missed, %d wrong: F1 %.3f\n", hits, misses, wrong, f1);
    REQUIRE(found[0]);
    REQUIRE(f1 >= 0.95);
    zd_shot_detector_destroy(&detector);
    zd_image_unref(&rgb);
    zd_context_destroy(&ctx);
}

static void suggestions_part_the_person(void)
{
    zd_context *ctx = zd_test_context(1);
    for (int kind = 0; kind < SCENE_COUNT; kind++) {
        scene s = scene_create(ctx, kind, 640, 360);
        zd_view map = zd_image_view(s.map.values);
        zd_image *image = scene_image(ctx, map.width, map.height, 1);
        zd_view foreground = zd_image_view(image);
        zd_suggester with = { 0 };
        zd_suggester without = { 0 };
        for (int y = 0; y < map.height; y++) {
            for (int x = 0; x < map.width; x++) {
                float d = zd_view_row_f32(map, y)[x];
                zd_view_row_f32(foreground, y)[x] = fminf(fmaxf((d - 3.0f) / 3.0f, 0.02f), 0.97f);
            }
        }
        zd_suggester_add(&without, &s.map, scene_range(), NULL);
        zd_suggester_add(&with, &s.map, scene_range(), &foreground);
        zd_suggestion a = zd_suggester_result(&without, scene_range(), scene_range());
        zd_suggestion b = zd_suggester_result(&with, scene_range(), scene_range());
        figures("%s: suggested %.3f (%.2f) by depth, %.3f (%.2f) with probability\n",
                scene_names[kind], (double) a.depth_in, (double) a.confidence, (double) b.depth_in,
                (double) b.confidence);
        float by_depth = zd_depth_to_normalised(scene_range(), a.depth_in);
        float with_subject = zd_depth_to_normalised(scene_range(), b.depth_in);
        REQUIRE(by_depth > 0.2f && by_depth < 0.9f);
        REQUIRE(with_subject > 0.25f && with_subject < 0.8f);
        zd_image_unref(&image);
        scene_destroy(&s);
    }
    zd_context_destroy(&ctx);
}

/* What a threshold's matte is expected to overlap, pixel by pixel. */
static double expected_overlap(zd_view map, zd_view foreground, zd_depth_range range, float in)
{
    zd_subject_shift shift = zd_subject_shift_in(ZD_SUBJECT_WEIGHT, in);
    double inside = 0.0;
    double mask_or_subject = 0.0;
    for (int y = 0; y < map.height; y++) {
        for (int x = 0; x < map.width; x++) {
            float p = zd_view_row_f32(foreground, y)[x];
            float d = zd_depth_to_normalised(range, zd_view_row_f32(map, y)[x]);
            bool on = d + zd_subject_shift_of(shift, p) >= in;
            inside += on ? (double) p : 0.0;
            mask_or_subject += on ? 1.0 : (double) p;
        }
    }
    return inside / mask_or_subject;
}

/* The suggested threshold is as good as the best of two hundred, also when the measure was taken
 * over a wider range than the shot's and in metres; and where nothing is found, depth decides. */
static void suggestions_overlap_the_subject(void)
{
    zd_context *ctx = zd_test_context(1);
    unsigned long long random = 11;
    for (int round = 0; round < 8; round++) {
        zd_image *map = scene_image(ctx, 61, 37, 1);
        zd_image *probability = scene_image(ctx, 61, 37, 1);
        zd_view p = zd_image_view(probability);
        bool metres = round % 2 == 1;
        zd_depth_range range = metres ? (zd_depth_range){ 9.0f, 1.0f } : (zd_depth_range){ 2, 7 };
        zd_depth_range measured =
            metres ? (zd_depth_range){ 13.0f, -3.0f } : (zd_depth_range){ -1, 10 };
        float subject = 0.3f + 0.1f * (float) (round / 2);
        for (int y = 0; y < 37; y++) {
            for (int x = 0; x < 61; x++) {
                bool on = x > 20 && x < 44 && y > 8;
                float n = on ? subject : (float) y / 37.0f;
                n += 0.2f * (zd_test_uniform(&random) - 0.5f);
                scene_row(map, y)[x] = zd_depth_from_normalised(range, n);
                scene_row(probability, y)[x] = (on ? 0.7f : 0.0f) + 0.3f * zd_test_uniform(&random);
            }
        }
        zd_suggester suggester = { 0 };
        zd_depth_map depth = { .values = map,
                               .kind = metres ? ZD_DEPTH_METRES : ZD_DEPTH_NEARNESS };
        zd_suggester_add(&suggester, &depth, measured, &p);
        zd_suggestion found = zd_suggester_result(&suggester, measured, range);
        double best = 0.0;
        for (int i = 0; i <= 200; i++) {
            float tried = (float) i / 200.0f;
            best = fmax(best, expected_overlap(zd_image_view(map), p, range, tried));
        }
        float in = zd_depth_to_normalised(range, found.depth_in);
        double reached = expected_overlap(zd_image_view(map), p, range, in);
        figures("overlap of the suggested %.3f: %.3f, best %.3f, said %.3f\n", (double) in, reached,
                best, (double) found.confidence);
        REQUIRE(reached > best - 0.03);
        REQUIRE(fabs((double) found.confidence - best) < 0.03);
        REQUIRE(found.probability == ZD_SUBJECT_WEIGHT);
        zd_image_unref(&map);
        zd_image_unref(&probability);
    }
    zd_suggestion nothing = zd_suggester_result(&(zd_suggester){ 0 }, scene_range(), scene_range());
    REQUIRE(nothing.probability < 0.0f && nothing.confidence == 0.0f);
    zd_context_destroy(&ctx);
}

/* The frame after a reset, and all that follow, are those of the shot run alone; threads agree. */
static void nothing_leaks_across_a_cut(void)
{
    rig one = rig_open(1);
    rig four = rig_open(4);
    for (int f = 0; f < 12; f++) {
        draw_room(one.truth, one.rgb, 60.0f + (float) f, 50.0f, 0.0f);
        disturb(one.truth, one.raw, 0.1f, 0.1f, (unsigned long long) f + 50);
        rig_step(&one);
    }
    zd_stabiliser_reset(one.stabiliser);
    for (int f = 0; f < 12; f++) {
        rig *rigs[2] = { &one, &four };
        for (int i = 0; i < 2; i++) {
            draw_room(rigs[i]->truth, rigs[i]->rgb, 120.0f - 2.0f * (float) f, 40.0f, 50.0f);
            disturb(rigs[i]->truth, rigs[i]->raw, 0.1f, 0.1f, (unsigned long long) f + 90);
            rig_step(rigs[i]);
            zd_stabiliser_follow(rigs[i]->stabiliser, ZD_FOLLOWER_FOREGROUND,
                                 zd_image_view(rigs[i]->raw), zd_image_view(rigs[i]->raw));
        }
        for (int y = 0; y < H; y++) {
            REQUIRE_BYTES(scene_row(one.out, y), scene_row(four.out, y), W * sizeof(float));
            REQUIRE_BYTES(scene_row(one.raw, y), scene_row(four.raw, y), W * sizeof(float));
        }
    }
    rig_close(&one);
    rig_close(&four);
}

/* Poison in a frame stays at its pixel and is gone with the next good frame. */
static void poison_does_not_stay(void)
{
    static const float poisons[] = { NAN, INFINITY, -INFINITY };
    rig r = rig_open(1);
    for (int f = 0; f < 12; f++) {
        draw_room(r.truth, r.rgb, 60.0f, 50.0f, 0.0f);
        disturb(r.truth, r.raw, 0.02f, 0.05f, (unsigned long long) f + 1);
        if (f > 2 && f < 6) {
            scene_row(r.raw, 40)[100] = poisons[f - 3];
            scene_row(r.rgb, 40)[300] = poisons[f - 3];
        }
        rig_step(&r);
        for (int y = 0; y < H; y++) {
            for (int x = 0; x < W; x++) {
                bool near = abs(x - 100) <= 2 && abs(y - 40) <= 2;
                REQUIRE(isfinite(scene_row(r.out, y)[x]) || (near && f > 2 && f < 8));
            }
        }
    }
    rig_close(&r);
}

/* The hole's neighbours are steadied like all others. */
static void holes_leave_their_neighbours_steady(void)
{
    rig r = rig_open(1);
    static spread s;
    s = (spread){ 0 };
    for (int f = 0; f < 40; f++) {
        draw_room(r.truth, r.rgb, 60.0f, 50.0f, 0.0f);
        disturb(r.truth, r.raw, 0.02f, 0.0f, (unsigned long long) f + 1);
        scene_row(r.raw, 40)[100] = NAN;
        rig_step(&r);
        if (f >= 20) {
            spread_add(&s, r.out);
        }
    }
    double rim = (spread_at(&s, 99, 39) + spread_at(&s, 100, 39) + spread_at(&s, 99, 40)) / 3.0;
    figures("beside a hole %.5f, on the whole %.5f\n", rim, spread_mean(&s));
    REQUIRE(rim < 2.0 * spread_mean(&s));
    rig_close(&r);
}

static void memory_failures_are_errors(void)
{
    for (long n = 1;; n++) {
        zd_test_memory memory = { .fail_at = 0 };
        zd_context *ctx = zd_test_context_failing(&memory);
        zd_stabiliser *stabiliser = NULL;
        zd_shot_detector *detector = NULL;
        zd_range_estimator *estimator = NULL;
        memory.fail_at = memory.calls + n;
        zd_status status = zd_stabiliser_create(ctx, W, H, &stabiliser, &err);
        if (status == ZD_OK) {
            status = zd_shot_detector_create(ctx, &detector, &err);
        }
        if (status == ZD_OK) {
            status = zd_range_estimator_create(ctx, &estimator, &err);
        }
        for (int i = 0; status == ZD_OK && i < 600; i++) {
            status = zd_range_estimator_add(estimator, (zd_range_extent){ 0.0f, 1.0f, true }, &err);
        }
        REQUIRE(status == ZD_OK || status == ZD_ERR_NO_MEMORY);
        zd_stabiliser_destroy(&stabiliser);
        zd_shot_detector_destroy(&detector);
        zd_range_estimator_destroy(&estimator);
        zd_context_destroy(&ctx);
        REQUIRE_INT(memory.alive, 0);
        if (status == ZD_OK) {
            return;
        }
    }
}

int main(void)
{
    RUN(poison_does_not_stay);
    RUN(holes_leave_their_neighbours_steady);
    RUN(memory_failures_are_errors);
    RUN(still_camera_is_steady);
    RUN(moving_people_leave_no_ghost);
    RUN(ten_thousand_frames_do_not_drift);
    RUN(nothing_leaks_across_a_cut);
    RUN(a_visitor_does_not_move_the_range);
    RUN(cuts_are_found);
    RUN(suggestions_part_the_person);
    RUN(suggestions_overlap_the_subject);
    FIGURES_RUN("time.txt");
    return zd_test_finish();
}
