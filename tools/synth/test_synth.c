/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* Tests of the renderer: analytic depth, alpha, and the same bytes for any number of threads. */

#include "pack.h"
#include "render/memory.h"
#include "render/png_io.h"
#include "world/build.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static int passed, failed;

static void check(bool good, const char *what, double got, double wanted)
{
    if (good) {
        passed++;
        return;
    }
    failed++;
    printf("%s: got %.9g, expected %.9g\n", what, got, wanted);
}

static sy_scene *new_scene(int width, int height)
{
    sy_scene *scene = sy_alloc(1, sizeof *scene);
    sy_mesh_init(&scene->mesh);
    sy_scene_reset(scene, NULL);
    scene->camera.width = width;
    scene->camera.height = height;
    return scene;
}

static void free_scene(sy_scene *scene)
{
    sy_mesh_finish(&scene->mesh);
    free(scene);
}

/* The view ray of a pixel centre with z = 1. */
static vec3 pixel_ray(const sy_camera *cam, int x, int y)
{
    return v3((2.0f * ((float) x + 0.5f) / (float) cam->width - 1.0f) * cam->tan_x,
              (1.0f - 2.0f * ((float) y + 0.5f) / (float) cam->height) * cam->tan_y, 1.0f);
}

static void test_plane_depth(void)
{
    sy_scene *scene = new_scene(64, 48);
    sy_renderer renderer = { 0 };
    sy_camera_aim(&scene->camera, v3(0, 0, 0), v3(0, 0, 1), 0.0f, 1.0f);
    /* z = 3 + 0.5 x + 0.25 y, which a ray (a, b, 1) meets at 1/z = (1 - 0.5 a - 0.25 b) / 3. */
    sy_mesh_begin(&scene->mesh, sy_scene_plain(scene, v3(1, 1, 1)));
    sy_shape_quad(&scene->mesh, v3(-8, -8, -3), v3(8, -8, 5), v3(8, 8, 9), v3(-8, 8, 1));
    sy_render_options options = { .samples = 2 };
    const sy_frame *f = sy_render(&renderer, scene, &options);
    double worst = 0.0;
    for (int y = 0; y < 48; y++) {
        for (int x = 0; x < 64; x++) {
            vec3 ray = pixel_ray(&scene->camera, x, y);
            double wanted = (double) (1.0f - 0.5f * ray.x - 0.25f * ray.y) / 3.0;
            worst = fmax(worst, fabs((double) f->inv_depth[y * 64 + x] - wanted) / wanted);
        }
    }
    check(worst < 1e-4, "relative error on a slanted plane", worst, 0.0);
    sy_renderer_finish(&renderer);
    free_scene(scene);
}

static void test_sphere_depth(void)
{
    sy_scene *scene = new_scene(65, 65);
    sy_renderer renderer = { 0 };
    sy_camera_aim(&scene->camera, v3(0, 0, 0), v3(0, 0, 1), 0.0f, 0.8f);
    scene->mesh.foreground = 1;
    sy_mesh_begin(&scene->mesh, sy_scene_plain(scene, v3(1, 1, 1)));
    sy_shape_ellipsoid(&scene->mesh, v3(0, 0, 5), v3(1, 1, 1), 256);
    sy_render_options options = { .samples = 1 };
    const sy_frame *f = sy_render(&renderer, scene, &options);
    double worst = 0.0;
    for (int i = 0; i < 65 * 65; i++) {
        vec3 ray = pixel_ray(&scene->camera, i % 65, i / 65);
        float a = v3_dot(ray, ray), b = -10.0f * ray.z, disc = b * b - 4.0f * a * 24.0f;
        if (disc > 0.5f) {
            double wanted = (double) (2.0f * a / (-b - sqrtf(disc)));
            worst = fmax(worst, fabs((double) f->inv_depth[i] - wanted) / wanted);
        }
    }
    check(worst < 1e-3, "relative error on a sphere", worst, 0.0);
    double area = 0.0;
    for (int i = 0; i < 65 * 65; i++) {
        area += (double) f->alpha[i];
    }
    double slope = 1.0 / sqrt(24.0), scale = 65.0 / (2.0 * (double) scene->camera.tan_y);
    double wanted = 3.14159265 * slope * slope * scale * scale;
    check(fabs(area - wanted) < 0.02 * wanted, "alpha area of a sphere", area, wanted);
    check(f->inv_depth[0] == 0.0f, "inverse depth of the sky", (double) f->inv_depth[0], 0.0);
    sy_renderer_finish(&renderer);
    free_scene(scene);
}

/* Half a pixel covered gives half an alpha, and the colour is mixed in linear light. */
static void test_edge_alpha(void)
{
    sy_scene *scene = new_scene(16, 16);
    sy_renderer renderer = { 0 };
    sy_camera_aim(&scene->camera, v3(0, 0, 0), v3(0, 0, 1), 0.0f, 1.5707963f);
    sy_material glow = sy_material_plain(v3(0, 0, 0));
    glow.glow = v3(1, 1, 1);
    scene->mesh.foreground = 1;
    sy_mesh_begin(&scene->mesh, sy_scene_material(scene, &glow));
    float edge = 1.0f / 16.0f;
    sy_shape_quad(&scene->mesh, v3(edge, -9, 1), v3(9, -9, 1), v3(9, 9, 1), v3(edge, 9, 1));
    sy_render_options options = { .samples = 4, .fg_colour = true };
    const sy_frame *f = sy_render(&renderer, scene, &options);
    int i = 8 * 16 + 8;
    check(fabsf(f->alpha[i] - 0.5f) < 1e-6f, "alpha at an edge", (double) f->alpha[i], 0.5);
    check(fabsf(f->colour[i].x - 0.5f) < 1e-5f, "colour at an edge", (double) f->colour[i].x, 0.5);
    check(fabsf(f->fg_colour[i].x - 1.0f) < 1e-5f, "foreground colour", (double) f->fg_colour[i].x,
          1.0);
    check(f->alpha[i - 1] == 0.0f && f->alpha[i + 1] == 1.0f, "alpha beside the edge", 0, 0);
    sy_renderer_finish(&renderer);
    free_scene(scene);
}

static void test_samples_are_sound(const sy_library *library)
{
    sy_scene *scene = new_scene(96, 72);
    sy_renderer renderer = { 0 };
    int bad = 0, with_people = 0;
    for (int n = 0; n < 30; n++) {
        int subject = n < 18 ? -1 : sy_sample_subject(n < 24 ? "table" : "corner");
        sy_rng rng = sy_rng_make(5, (uint64_t) n);
        sy_scene_reset(scene, &library->patterns[SY_PATTERN_NOISE][0]);
        scene->camera.width = 96;
        scene->camera.height = 72;
        sy_build build = { .scene = scene, .library = library, .rng = &rng };
        sy_sample_build(&build, subject);
        with_people += build.plan.people > 0;
        sy_render_options options = { .samples = 2 };
        const sy_frame *f = sy_render(&renderer, scene, &options);
        for (int i = 0; i < 96 * 72; i++) {
            float c = f->colour[i].x + f->colour[i].y + f->colour[i].z;
            bad += !(f->alpha[i] >= 0.0f && f->alpha[i] <= 1.0f && f->inv_depth[i] >= 0.0f &&
                     c >= 0.0f && c < 100.0f);
        }
    }
    check(bad == 0, "pixels out of range", bad, 0);
    check(sy_sample_subject("tables") == -1, "a subject that does not exist", 0, -1);
    char names[128];
    check(strcmp(sy_sample_subjects(names, sizeof names),
                 "people, room, corner, table, street, nature") == 0,
          "the subjects' names", 0, 0);
    check(with_people >= 6, "samples with people of 18", with_people, 8);
    sy_renderer_finish(&renderer);
    free_scene(scene);
}

static bool same_file(const char *a, const char *b)
{
    FILE *fa = fopen(a, "rb"), *fb = fopen(b, "rb");
    bool same = fa && fb;
    for (int ca = 0; same && ca != EOF;) {
        ca = getc(fa);
        same = ca == getc(fb);
    }
    if (fa) {
        fclose(fa);
    }
    if (fb) {
        fclose(fb);
    }
    return same;
}

static void test_threads_agree(const char *folder)
{
    static const char *const files[] = { "000007.rgb.png", "000007.depth.png", "000007.fg.png",
                                         "000009.rgb.png", "manifest.tsv" };
    char dirs[2][512], a[600], b[600];
    for (int i = 0; i < 2; i++) {
        snprintf(dirs[i], sizeof dirs[i], "%s/%d", folder, i + 1);
        sy_pack_options o = { .out = dirs[i],
                              .count = 4,
                              .first = 6,
                              .size = 64,
                              .threads = i + 1,
                              .only = -1,
                              .seed = 3 };
        sy_pack_write(&o);
    }
    for (size_t i = 0; i < sizeof files / sizeof files[0]; i++) {
        snprintf(a, sizeof a, "%s/%s", dirs[0], files[i]);
        snprintf(b, sizeof b, "%s/%s", dirs[1], files[i]);
        check(same_file(a, b), files[i], 0, 1);
    }
    int width = 0, height = 0;
    snprintf(a, sizeof a, "%s/000007.rgb.png", dirs[0]);
    uint8_t *rgb = sy_png_read_rgb(a, &width, &height);
    check(rgb && (width == 64 || height == 64), "short side of a sample", width, 64);
    free(rgb);
}

int main(void)
{
    char folder[] = "/tmp/zdepth-synth-XXXXXX";
    if (!mkdtemp(folder)) {
        sy_die("cannot make a folder for the test");
    }
    sy_library *library = sy_alloc(1, sizeof *library);
    sy_library_create(library, NULL);
    test_plane_depth();
    test_sphere_depth();
    test_edge_alpha();
    test_samples_are_sound(library);
    test_threads_agree(folder);
    sy_library_destroy(library);
    free(library);
    char command[256];
    snprintf(command, sizeof command, "rm -r '%s'", folder);
    if (system(command) != 0) {
        printf("left behind: %s\n", folder);
    }
    printf("%d passed, %d failed\n", passed, failed);
    return failed != 0;
}
