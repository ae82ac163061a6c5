/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* Every number of every node that may be animated: whatever it changes is made anew, so that a frame that
 * comes after another has the pixels that it has by itself. With the name of a node: its numbers alone. */

#include "scene/render_internal.h"
#include "scene_fixture.h"

enum { WIDTH = 64, HEIGHT = 36, LEAST_KEYS = 45 };

static float step(int x, int y, int c)
{
    (void) c;
    return (float) (300.0 + 40.0 * sin(x * 0.3) * cos(y * 0.2) + (x > 36 ? 90.0 : 0.0));
}

static float checks(int x, int y, int c)
{
    return (x / 4 + y / 4 + c) % 2 == 0 ? 0.7f : 0.2f;
}

static float moving(int x, int y, int c)
{
    return checks(x + 3 * t0_frame, y, c);
}

static float tilted(int x, int y, int c)
{
    (void) x, (void) y;
    return c == 0 ? 0.6f : c == 1 ? 0.5f : 0.9f;
}

static const t0_picture pictures[] = {
    { .name = "step", .formula = step, .channels = 1, .width = WIDTH, .height = HEIGHT },
    { .name = "checks", .formula = checks, .channels = 3, .width = WIDTH, .height = HEIGHT },
    { .name = "moving",
      .formula = moving,
      .channels = 3,
      .width = WIDTH,
      .height = HEIGHT,
      .moves = true },
    { .name = "tilted", .formula = tilted, .channels = 3, .width = WIDTH, .height = HEIGHT },
};

/* A torn relief, a flat one, a mesh and a light with shadows; two cameras. */
#define SCENE                                                                                      \
    "zscene 1\nframe { size 64 36 range 1 9 }\n"                                                   \
    "media z { front \"step\" }\nmedia tex { front \"checks\" }\n"                                 \
    "media film { front \"moving\" }\nmedia n { front \"tilted\" }\n"                              \
    "camera filmed { near 10 far 2000 }\naxis orbit { }\n"                                         \
    "camera cam { parent orbit position 5 2 auto near 10 far 2000 }\n"                             \
    "axis place { }\nsurface relief { parent place media tex cell_px 3 }\n"                        \
    "axis za { parent relief }\n"                                                                  \
    "zdepth map { parent za on relief media z range absolute scale 0.15 camera filmed three_d "    \
    "yes cut_mode skirt bump yes effect 80 softness 1 1 skirt_px 3 }\n"                            \
    "axis low { position 12 -8 9 scale 40 40 40 }\nsurface flat { parent low media film }\n"       \
    "zdepth flat_map { on flat media z range absolute scale 0.12 camera filmed bump yes }\n"       \
    "normalmap facing { on flat media n }\n"                                                       \
    "axis far { position -14 6 4 }\ngeometry g { parent far file \"test_scene_kept_keys.obj\" }\n" \
    "zdepth g_map { on g media z range height scale 0.01 camera filmed three_d yes }\n"            \
    "light sun { type spot position 10 20 90 spread 50 shadow yes shadow_size 64 }\n"              \
    "aov keyed { on flat band 10 90 feather 20 }\n"                                                \
    "output o { camera cam passes comp zdepth normals matte }\n"

static zd_error err;
static const char *only; /* NULL: every node */

static void write_mesh(void)
{
    FILE *file = fopen("test_scene_kept_keys.obj", "w");
    REQUIRE(file != NULL);
    fprintf(file, "v -5 -5 0\nvt 0 0\nv 5 -5 0\nvt 1 0\nv 0 5 0\nvt 0.5 1\nv 0 0 6\nvt 0.5 0.4\n"
                  "f 1/1 2/2 4/4\nf 2/2 3/3 4/4\nf 3/3 1/1 4/4\n");
    fclose(file);
}

/* Another value of a number that is not far from its own. */
static double other_than(const zd_scene_key *key, double value)
{
    double other = value == 0.0 ? 1.5 : value * 0.8;
    other = other < key->minimum || other == value ? value * 1.2 : other;
    return fmin(fmax(other, key->minimum), key->maximum);
}

/* Whether the text with a curve is a scene: what cannot move says so. */
static bool is_scene(const char *text)
{
    zd_scene *scene = NULL;
    bool is_good = zd_scene_parse(t0.ctx, "t0.zscene", text, strlen(text), &scene, &err) == ZD_OK &&
                   zd_scene_check(scene, &err) == ZD_OK;
    zd_scene_destroy(&scene);
    return is_good;
}

static void require_alone(const char *text, const char *what)
{
    zd_scene_picture later = { 0 };
    t0_render_text(1.0, text);
    REQUIRE_OK(zd_scene_render(t0.renderer, 0, 2.0, &later, &err));
    t0_render_text(2.0, text);
    for (int i = 0; i < later.pass_count; i++) {
        if (!t0_same(zd_image_view(later.passes[i].image),
                     zd_image_view(t0.picture.passes[i].image))) {
            ZD_TEST_FAIL("%s: the pass %s differs", what, later.passes[i].name);
        }
    }
    zd_scene_picture_release(&later);
}

static bool require_key(const zd_scene_node *node, const zd_scene_key *key, const char *component,
                        double value)
{
    char text[8192];
    char what[128];
    snprintf(what, sizeof what, "%s.%s%s%s", node->name, key->name, component[0] != '\0' ? "." : "",
             component);
    snprintf(text, sizeof text, "%sanim %s { 1 %.9g 2 %.9g }\n", SCENE, what, value,
             other_than(key, value));
    bool is_good = is_scene(text);
    if (is_good) {
        require_alone(text, what);
    }
    return is_good;
}

static void every_number_that_moves_is_made_anew(void)
{
    zd_scene *scene = NULL;
    int tried = 0;
    write_mesh();
    REQUIRE_OK(zd_scene_parse(t0.ctx, "t0.zscene", SCENE, strlen(SCENE), &scene, &err));
    REQUIRE_OK(zd_scene_check(scene, &err));
    for (int n = 0; n < scene->node_count; n++) {
        const zd_scene_node *node = &scene->nodes[n];
        int count = 0;
        const zd_scene_key *keys = zd_scene_node_keys(node->kind, &count);
        bool is_again = strcmp(node->name, "orbit") == 0 || strcmp(node->name, "low") == 0 ||
                        strcmp(node->name, "far") == 0;
        is_again = is_again || (only != NULL && strcmp(node->name, only) != 0);
        for (int k = 0; k < count && !is_again; k++) {
            double value = node->values[k].number[0];
            if (keys[k].kind == ZD_SCENE_VALUE_NUMBER) {
                tried += require_key(node, &keys[k], keys[k].count > 1 ? "x" : "", value);
            }
        }
    }
    zd_scene_destroy(&scene);
    remove("test_scene_kept_keys.obj");
    if (only == NULL && tried < LEAST_KEYS) {
        ZD_TEST_FAIL("%d numbers may move, not %d", tried, LEAST_KEYS);
    }
}

int main(int argc, char **argv)
{
    only = argc > 1 ? argv[1] : NULL;
    t0_start(pictures, (int) (sizeof pictures / sizeof pictures[0]));
    RUN(every_number_that_moves_is_made_anew);
    t0_stop();
    return zd_test_finish();
}
