/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* What tiles cost: those of 64 x 64 of a 1080p frame against the whole of it, in processor time within one
 * run, where the host names its pictures or brackets its renders. And that no tile shows a frame that is
 * gone, whatever hosts say. */

#include "ofx_scene.h"

#include <time.h>

enum { WIDTH = 1920, HEIGHT = 1080, TILE = 64, ROUNDS = 5 };

/* How a host tells that a picture is the same as before. */
typedef enum telling { BY_WORD, BY_SEQUENCE } telling;

static double processor_ms(void)
{
    struct timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double) t.tv_sec * 1e3 + (double) t.tv_nsec * 1e-6;
}

static double render_tiles(ofx_effect effect, const mock_image *output, int tile)
{
    double start = processor_ms();
    for (int y = 0; y < output->bounds.y2; y += tile) {
        for (int x = 0; x < output->bounds.x2; x += tile) {
            mock_render_args args = whole_of(output);
            args.window =
                (ofx_rect_i){ x, y, x + tile < output->bounds.x2 ? x + tile : output->bounds.x2,
                              y + tile < output->bounds.y2 ? y + tile : output->bounds.y2 };
            REQUIRE_INT(mock_render(effect, &args), OFX_OK);
        }
    }
    return processor_ms() - start;
}

static int compare(const void *a, const void *b)
{
    double x = *(const double *) a;
    double y = *(const double *) b;
    return (x > y) - (x < y);
}

static double median(double *values)
{
    qsort(values, ROUNDS, sizeof *values, compare);
    return values[ROUNDS / 2];
}

static void tell(ofx_effect effect, bool begins)
{
    ofx_props none = mock_props_create();
    REQUIRE_INT(mock_action(effect,
                            begins ? "OfxImageEffectActionBeginSequenceRender"
                                   : "OfxImageEffectActionEndSequenceRender",
                            none, none),
                OFX_OK);
    mock_props_free(none);
}

/* The frame anew, prepared and drawn, whole and in tiles. */
static void measure(ofx_plugin *plugin, telling how, const char *what)
{
    rig s;
    double whole[ROUNDS];
    double tiles[ROUNDS];
    ofx_rect_i b = { 0, 0, WIDTH, HEIGHT };
    mock_image *images[3] = { mock_image_create(b, ZD_SAMPLE_F32, 4, 0, false),
                              mock_image_create(b, ZD_SAMPLE_F32, 4, 0, false),
                              mock_image_create(b, ZD_SAMPLE_F32, 4, 0, false) };
    rig_open_plugin(&s, plugin, ZD_SAMPLE_F32);
    mock_image *output = mock_image_create(b, ZD_SAMPLE_F32, 4, 0, false);
    scene_fill(images[0], SCENE_COLOUR);
    scene_fill(images[1], SCENE_DEPTH);
    scene_fill(images[2], SCENE_INSERT);
    mock_connect(s.effect, "Source", images[0]);
    mock_connect(s.effect, "Depth", images[1]);
    mock_connect(s.effect, "Output", output);
    if (plugin == the.second_compositor) {
        mock_connect(s.effect, "Foreground", images[2]);
    } else {
        mock_set_int(s.effect, "transparency", 1);
    }
    char words[2 * ROUNDS][16];
    for (int r = 0; r < 2 * ROUNDS; r++) {
        /* Another frame each time, so that preparing it is in both. */
        const float mark[4] = { 0.1f * (float) (r % 9), 0.5f, 0.5f, 1.0f };
        mock_image_put(images[0], 3, HEIGHT - 1, mark);
        snprintf(words[r], sizeof words[r], "frame %d", r);
        images[0]->word = how == BY_WORD ? words[r] : NULL;
        images[1]->word = how == BY_WORD ? "map" : NULL;
        if (how == BY_SEQUENCE) {
            tell(s.effect, true);
        }
        *(r % 2 == 0 ? &whole[r / 2] : &tiles[r / 2]) =
            render_tiles(s.effect, output, r % 2 == 0 ? WIDTH : TILE);
        if (how == BY_SEQUENCE) {
            tell(s.effect, false);
        }
    }
    double ratio = median(tiles) / median(whole);
    printf("  %s, %s: %.1f ms whole, %.2f times that in tiles\n", what,
           how == BY_WORD ? "pictures named" : "renders bracketed", median(whole), ratio);
    for (int k = 0; k < 3; k++) {
        mock_image_free(images[k]);
    }
    mock_image_free(output);
    rig_close(&s);
    REQUIRE(ratio <= 1.5);
}

static void test_the_cut_out_in_tiles(void)
{
    measure(the.second_filter, BY_WORD, "cut-out");
    measure(the.second_filter, BY_SEQUENCE, "cut-out");
}

static void test_the_compositor_in_tiles(void)
{
    measure(the.second_compositor, BY_WORD, "compositor");
    measure(the.second_compositor, BY_SEQUENCE, "compositor");
}

/* One word for all pictures, one place for all of them: each still shows its own. */
static void test_hosts_that_lie(void)
{
    for (int how = 0; how < 3; how++) {
        rig s;
        rig honest;
        rig_open_plugin(&s, the.second_filter, ZD_SAMPLE_F32);
        rig_open_plugin(&honest, the.second_filter, ZD_SAMPLE_F32);
        mock_set_int(s.effect, "view", 4);
        mock_set_int(honest.effect, "view", 4);
        s.source->word = how == 1 ? "Source" : NULL;
        s.map->word = how == 1 ? "Depth" : NULL;
        for (int frame = 0; frame < 3; frame++) {
            for (int y = 0; y < SCENE_HEIGHT; y++) {
                for (int x = 0; x < SCENE_WIDTH; x++) {
                    float near = x > 100 + 60 * frame ? 0.9f : 0.1f;
                    const float depth[4] = { near, near, near, 1.0f };
                    mock_image_put(s.map, x, y, depth);
                    mock_image_put(honest.map, x, y, depth);
                }
            }
            if (how == 2) { /* each frame its own sequence, all at one time */
                tell(s.effect, true);
            }
            REQUIRE_INT(rig_render(&s), OFX_OK);
            if (how == 2) {
                tell(s.effect, false);
            }
            REQUIRE_INT(rig_render(&honest), OFX_OK);
            REQUIRE(same_pixels(s.output, honest.output));
        }
        rig_close(&s);
        rig_close(&honest);
    }
}

int main(int argc, char **argv)
{
    plugin_path = argc > 1 ? argv[1] : "";
    RUN(load_plugin);
    RUN(test_hosts_that_lie);
    RUN(test_the_cut_out_in_tiles);
    RUN(test_the_compositor_in_tiles);
    return zd_test_finish();
}
