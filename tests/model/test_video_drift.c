/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* Whether the chain of windows drifts: depth/video_depth.c over 10,000 frames of a network that is none. Its
 * pictures hold the true depth; each window sees it with a scale and a shift of its own, as relative
 * networks do, and with noise. What is fixed in the film must stay where it was. */

#include "zd_test.h"

#include <math.h>

#include "depth/video_depth.h"

enum { WIDTH = 32, HEIGHT = 18, CELLS = WIDTH * HEIGHT, FRAMES = 10000, OBJECT = 8 };

#define FIXED 0.7f /* depth of the object */

struct zd_network {
    zd_network_info info;
    float held[ZD_VIDEO_WINDOW][CELLS];
    unsigned long long seed;
    float noise; /* the most, of the range of depth */
};

static zd_error err;

const zd_network_info *zd_network_describe(const zd_network *net)
{
    return &net->info;
}

zd_status zd_network_plan_window(zd_network *net, int width, int height, int frames, zd_error *e)
{
    (void) net;
    (void) e;
    return width == WIDTH && height == HEIGHT && frames == ZD_VIDEO_WINDOW
               ? ZD_OK
               : ZD_ERR_INVALID_ARGUMENT;
}

zd_status zd_network_digest(zd_network *net, zd_digest *out, zd_error *e)
{
    (void) net;
    (void) e;
    *out = (zd_digest){ 0 };
    return ZD_OK;
}

void zd_network_memory(const zd_network *net, size_t *weights, size_t *activations)
{
    (void) net;
    *weights = 0;
    *activations = 0;
}

zd_status zd_network_encode(zd_network *net, int place, const zd_network_io *io,
                            const zd_task *task, zd_error *e)
{
    (void) task;
    (void) e;
    for (int i = 0; i < CELLS; i++) {
        net->held[place][i] = io->rgb[3 * i];
    }
    return ZD_OK;
}

void zd_network_move_held(zd_network *net, int from, int to)
{
    if (from != to) {
        memcpy(net->held[to], net->held[from], sizeof net->held[to]);
    }
}

static float random_between(zd_network *net, float low, float high)
{
    return low + (high - low) * zd_test_uniform(&net->seed);
}

zd_status zd_network_run_window(zd_network *net, const zd_network_window *window,
                                const zd_task *task, zd_error *e)
{
    float scale = random_between(net, 0.5f, 2.0f);
    float shift = random_between(net, 0.1f, 0.5f);
    (void) task;
    (void) e;
    for (int f = 0; f < window->count; f++) {
        for (int i = 0; i < CELLS; i++) {
            float noise = random_between(net, -net->noise, net->noise);
            if (window->outputs[f][0] != NULL) {
                window->outputs[f][0][i] = scale * (net->held[f][i] + noise) + shift;
            }
        }
    }
    return ZD_OK;
}

static bool is_object(int cell)
{
    int x = cell % WIDTH - 12;
    int y = cell / WIDTH - 5;
    return x >= 0 && x < OBJECT && y >= 0 && y < OBJECT;
}

/* A background of hills that wander off and never come back alike, and the object before it. */
static void draw(int frame, float *rgb)
{
    for (int i = 0; i < CELLS; i++) {
        double x = i % WIDTH + 0.13 * frame;
        double y = i / WIDTH;
        double hills = 0.25 + 0.12 * sin(0.31 * x) + 0.1 * sin(0.17 * x + 0.4 * y + 1e-3 * frame);
        float depth = is_object(i) ? FIXED : (float) hills;
        rgb[3 * i] = rgb[3 * i + 1] = rgb[3 * i + 2] = depth;
    }
}

static double mean_of_object(const float *map)
{
    double sum = 0.0;
    for (int i = 0; i < CELLS; i++) {
        sum += is_object(i) ? (double) map[i] : 0.0;
    }
    return sum / (OBJECT * OBJECT);
}

/* The object's depth in the units of the shot's first frame, over all of it. */
typedef struct course {
    int count;
    double first;
    double least;
    double most;
} course;

static void follow(zd_video_depth *video, course *c)
{
    for (const float *map; (map = zd_video_depth_pop(video)) != NULL; c->count++) {
        double here = mean_of_object(map);
        c->first = c->count == 0 ? here : c->first;
        c->least = c->count == 0 || here < c->least ? here : c->least;
        c->most = c->count == 0 || here > c->most ? here : c->most;
    }
}

/* Returns the furthest that the object went from where it was in the first frame, as a share. */
static double wander(float noise)
{
    static zd_network net;
    static float rgb[3 * CELLS];
    zd_context *ctx = zd_test_context(1);
    zd_video_depth *video = NULL;
    course c = { 0 };
    bool more = true;
    net = (zd_network){ .info = { .name = "none",
                                  .arithmetic = "",
                                  .kind = ZD_NETWORK_KIND_RELATIVE,
                                  .window = ZD_VIDEO_WINDOW },
                        .seed = 7,
                        .noise = noise };
    zd_video_params params = { .network = &net, .width = WIDTH, .height = HEIGHT };
    REQUIRE_OK(zd_video_depth_create(ctx, &params, &video, &err));
    for (int i = 0; i < FRAMES; i++) {
        draw(i, rgb);
        REQUIRE_OK(zd_video_depth_push(video, rgb, NULL, &err));
        follow(video, &c);
    }
    while (more) {
        REQUIRE_OK(zd_video_depth_end(video, NULL, &more, &err));
        follow(video, &c);
    }
    REQUIRE_INT(c.count, FRAMES);
    zd_video_depth_destroy(&video);
    zd_context_destroy(&ctx);
    double off = fmax(c.most - c.first, c.first - c.least) / c.first;
    printf("noise of %.1f %%: the object wanders by %.3f %%\n", 100.0 * (double) noise,
           100.0 * off);
    return off;
}

static void a_fixed_object_stays_where_it_is(void)
{
    REQUIRE(wander(0.0f) < 2e-4); /* scales and shifts alone are undone, but for rounding */
    REQUIRE(wander(0.01f) < 0.01);
    /* Least squares make scales too small by the noise's share of the variance, so the rule itself slips
     * with the noise's square; the first frame, which every window sees again, keeps it from adding up. */
    REQUIRE(wander(0.02f) < 0.02);
}

int main(void)
{
    RUN(a_fixed_object_stays_where_it_is);
    return zd_test_finish();
}
