/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* The 3D surface at 1920x1080: default displacement and 3D mode against the same quad with a plain
 * texture, and the growth of memory over many frames. All variants take turns in one run; the best
 * of each counts, and the ratios are what is promised.
 *
 *   bench_scene            speed
 *   bench_scene many N     N displaced surfaces that stand still, before a camera that does too
 *   bench_scene moving     1, 10 and 100 of them, and finer ones, before a camera that moves: processor time of a
 *                          frame, beside frames whose meshes are made anew, in turns
 *   bench_scene memory N   renders N frames and prints the peak resident size */

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

#include <epoxy/gl.h>

#include "core/size.h"
#include "scene/gl_context.h"
#include "scene/render.h"

enum { WIDTH = 1920, HEIGHT = 1080, ROUNDS = 25, VARIANTS = 6 };

static zd_context *ctx;
static bool is_moving; /* each frame has its own pictures */
static int shrink = 1; /* of pictures */

static zd_status load(void *user, const zd_scene_request *request, zd_scene_loaded *out,
                      zd_error *err)
{
    bool is_depth = strcmp(request->path, "depth") == 0;
    (void) user;
    *out = (zd_scene_loaded){ .is_still = !is_moving, .is_float = true };
    ZD_TRY(zd_image_create(ctx, WIDTH / shrink, HEIGHT / shrink,
                           is_depth ? ZD_GRAY_F32 : ZD_RGB_F32, &out->image, err));
    zd_view view = zd_image_view(out->image);
    for (int y = 0; y < view.height; y++) {
        float *row = zd_view_row_f32(view, y);
        for (int x = 0; x < view.width * view.format.channels; x++) {
            row[x] = is_depth ? 1000.0f + (float) ((x + y + request->frame) % 400)
                              : (float) ((x * 7 + y * 13) % 97) / 97.0f;
        }
    }
    return ZD_OK;
}

typedef struct variant {
    const char *name;
    const char *text;
    zd_scene *scene;
    zd_scene_renderer *renderer;
    int64_t best;
    int64_t best_draw;
    int64_t best_read;
} variant;

#define HEAD                                                            \
    "zscene 1\nframe { size 1920 1080 range 1 1000 }\ncamera cam { }\n" \
    "media tex { front \"texture\" }\nmedia z { front \"depth\" }\n"
#define PLANE                                                             \
    "axis pa { position 300 0 483.64 scale 30 30 100 }\nmedia none { }\n" \
    "surface plane { parent pa media none colour 1 0 0 }\n"
#define OUT  "output o { camera cam passes comp zdepth }\n"
#define CARD "surface card { media tex cell_px 6 }\n"

static variant variants[VARIANTS] = {
    { .name = "plain quad", .text = HEAD CARD OUT },
    { .name = "plain quad and plane", .text = HEAD CARD PLANE OUT },
    { .name = "default mode",
      .text = HEAD CARD "zdepth zd { on card media z range absolute }\n" OUT },
    { .name = "default mode and plane",
      .text = HEAD CARD PLANE "zdepth zd { on card media z range absolute }\n" OUT },
    { .name = "3D mode, cell 6",
      .text = HEAD CARD "zdepth zd { on card media z range absolute three_d yes }\n" OUT },
    { .name = "3D mode, cell 6, cut",
      .text =
          HEAD CARD "zdepth zd { on card media z range absolute three_d yes cut_mode cut }\n" OUT },
};

static zd_scene_services services = { .loader = { .load = load } };

/* The yardstick: OpenGL draws a textured quad into one float target, and nothing else. */
typedef struct yardstick {
    zd_gl_context *gl;
    GLuint program;
    GLuint framebuffer;
    GLuint array;
    int64_t best;
} yardstick;

static GLuint compile(GLenum kind, const char *source)
{
    GLuint shader = glCreateShader(kind);
    glShaderSource(shader, 1, &source, NULL);
    glCompileShader(shader);
    return shader;
}

static int64_t now_us(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t) t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

static void check(zd_status status, const zd_error *err)
{
    if (status != ZD_OK) {
        printf("bench_scene: %s\n", err->message);
        exit(status == ZD_ERR_MISSING ? 77 : 1);
    }
}

static void open_yardstick(yardstick *y)
{
    zd_error err = { 0 };
    GLuint textures[2];
    zd_scene_loaded picture;
    const zd_scene_request request = { .path = "texture" };
    check(zd_gl_context_create(ctx, &y->gl, &err), &err);
    check(zd_gl_enter(y->gl, &err), &err);
    check(load(NULL, &request, &picture, &err), &err);
    zd_view view = zd_image_view(picture.image);
    y->program = glCreateProgram();
    glAttachShader(y->program,
                   compile(GL_VERTEX_SHADER,
                           "#version 450\nout vec2 uv; void main() { uv = vec2(gl_VertexID & 1, "
                           "gl_VertexID >> 1); gl_Position = vec4(uv * 2.0 - 1.0, 0.0, 1.0); }"));
    glAttachShader(y->program,
                   compile(GL_FRAGMENT_SHADER,
                           "#version 450\nin vec2 uv; out vec4 colour; uniform sampler2D media; "
                           "void main() { colour = texture(media, uv); }"));
    glLinkProgram(y->program);
    glCreateTextures(GL_TEXTURE_2D, 2, textures);
    for (int i = 0; i < 2; i++) {
        glTextureStorage2D(textures[i], 1, GL_RGBA32F, WIDTH, HEIGHT);
    }
    glTextureSubImage2D(textures[0], 0, 0, 0, WIDTH, HEIGHT, GL_RGB, GL_FLOAT, view.data);
    glTextureParameteri(textures[0], GL_TEXTURE_MIN_FILTER, GL_LINEAR);
    glCreateFramebuffers(1, &y->framebuffer);
    glNamedFramebufferTexture(y->framebuffer, GL_COLOR_ATTACHMENT0, textures[1], 0);
    glCreateVertexArrays(1, &y->array);
    glBindTextureUnit(0, textures[0]);
    zd_gl_leave(y->gl);
    zd_image_unref(&picture.image);
    y->best = INT64_MAX;
}

static void run_yardstick(yardstick *y)
{
    zd_error err = { 0 };
    check(zd_gl_enter(y->gl, &err), &err);
    int64_t start = now_us();
    glBindFramebuffer(GL_FRAMEBUFFER, y->framebuffer);
    glViewport(0, 0, WIDTH, HEIGHT);
    glClear(GL_COLOR_BUFFER_BIT);
    glUseProgram(y->program);
    glBindVertexArray(y->array);
    glDrawArrays(GL_TRIANGLE_STRIP, 0, 4);
    glFinish();
    int64_t time = now_us() - start;
    y->best = time < y->best ? time : y->best;
    zd_gl_leave(y->gl);
}

static void open_variant(variant *v)
{
    zd_error err = { 0 };
    check(zd_scene_parse(ctx, "bench", v->text, strlen(v->text), &v->scene, &err), &err);
    check(zd_scene_check(v->scene, &err), &err);
    check(zd_scene_renderer_create(ctx, v->scene, &services, &v->renderer, &err), &err);
    v->best = INT64_MAX;
    v->best_draw = INT64_MAX;
    v->best_read = INT64_MAX;
}

static void run_variant(variant *v, int frame)
{
    zd_error err = { 0 };
    zd_scene_picture picture;
    check(zd_scene_render(v->renderer, 0, frame, &picture, &err), &err);
    int64_t time = picture.timing.prepare_us + picture.timing.draw_us;
    v->best = time < v->best ? time : v->best;
    v->best_draw = picture.timing.draw_us < v->best_draw ? picture.timing.draw_us : v->best_draw;
    v->best_read = picture.timing.read_us < v->best_read ? picture.timing.read_us : v->best_read;
    zd_scene_picture_release(&picture);
}

static void close_variant(variant *v)
{
    zd_scene_renderer_destroy(&v->renderer);
    zd_scene_destroy(&v->scene);
}

static void measure_speed(void)
{
    yardstick raw = { 0 };
    open_yardstick(&raw);
    for (int i = 0; i < VARIANTS; i++) {
        open_variant(&variants[i]);
    }
    for (int round = 0; round < ROUNDS; round++) {
        run_yardstick(&raw);
        for (int i = 0; i < VARIANTS; i++) {
            run_variant(&variants[i], 1);
        }
    }
    printf("%s, 1920x1080, passes comp and zdepth, best of %d\n",
           zd_scene_renderer_name(variants[0].renderer), ROUNDS);
    printf("%-26s %7.2f ms\n", "textured quad, bare OpenGL", (double) raw.best * 1e-3);
    for (int i = 0; i < VARIANTS; i++) {
        const variant *v = &variants[i];
        printf("%-26s %7.2f ms  draw %7.2f ms  ratio %.2f, to bare %.2f  (reading back %.2f ms)\n",
               v->name, (double) v->best * 1e-3, (double) v->best_draw * 1e-3,
               (double) v->best / (double) variants[0].best, (double) v->best / (double) raw.best,
               (double) v->best_read * 1e-3);
    }
    for (int i = 0; i < VARIANTS; i++) {
        close_variant(&variants[i]);
    }
    zd_gl_context_destroy(ctx, &raw.gl);
}

static void measure_memory(int frames)
{
    struct rusage usage;
    variant moving = {
        .text = "zscene 1\nframe { size 640 360 range 1 1000 }\ncamera cam { }\n"
                "media tex { front \"texture\" }\nmedia z { front \"depth\" }\n"
                "surface card { media tex cell_px 6 }\nlight l { position 100 100 300 }\n"
                "zdepth zd { on card media z range absolute three_d yes cut_mode skirt bump yes }\n"
                "output o { passes comp matte zdepth normals samples 2 }\n"
    };
    variant *v = &moving;
    is_moving = true;
    open_variant(v);
    for (int frame = 1; frame <= frames; frame++) {
        run_variant(v, frame);
    }
    close_variant(v);
    getrusage(RUSAGE_SELF, &usage);
    printf("%d frames: peak resident size %ld KiB\n", frames, usage.ru_maxrss);
}

/* Surfaces that each have their own place and map, seen by `cam` and filmed by `filmed`. */
static void write_many(char *text, size_t size, int count, const char *card, const char *map,
                       const char *motion)
{
    size_t used = (size_t) snprintf(text, size, HEAD "camera filmed { }\n%s", motion);
    for (int i = 0; i < count; i++) {
        used += (size_t) snprintf(text + used, size - used,
                                  "axis a%d { position %d 0 %d }\nsurface c%d { parent a%d media "
                                  "tex %s }\nzdepth z%d { on c%d media z range absolute three_d "
                                  "yes camera filmed %s }\n",
                                  i, i * 3, -i * 5, i, i, card, i, i, map);
    }
    snprintf(text + used, size - used, OUT);
}

/* Only the first frame has to make them. */
static void measure_many(int count)
{
    static char text[1 << 18];
    enum { FRAMES = 4 };
    zd_error err = { 0 };
    variant v = { .text = text };
    write_many(text, sizeof text, count, "cell_px 6", "", "");
    open_variant(&v);
    for (int frame = 1; frame <= FRAMES; frame++) {
        zd_scene_picture picture;
        check(zd_scene_render(v.renderer, 0, frame, &picture, &err), &err);
        printf("%d surfaces, frame %d: preparing %7.1f ms, drawing %7.1f ms\n", count, frame,
               (double) picture.timing.prepare_us * 1e-3, (double) picture.timing.draw_us * 1e-3);
        zd_scene_picture_release(&picture);
    }
    close_variant(&v);
}

/* ---- a camera that moves ---- */

static double processor_ms(void)
{
    struct timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double) t.tv_sec * 1e3 + (double) t.tv_nsec * 1e-6;
}

/* One frame's processor time, all threads together. */
static double frame_ms(variant *v, int frame)
{
    double start = processor_ms();
    run_variant(v, frame);
    return processor_ms() - start;
}

/* Beside a map's camera that moves as well, so that each frame's meshes are others. */
static void measure_moving(const char *name, int count, const char *card, const char *map)
{
    static const char *const motions[3] = {
        "",
        "anim cam.position.x { 1 0 1000 900 }\n",
        "anim cam.position.x { 1 0 1000 900 }\nanim filmed.position.x { 1 0 1000 1 }\n",
    };
    static char texts[3][1 << 17];
    enum { FRAMES = 3 };
    variant all[3];
    double best[3] = { HUGE_VAL, HUGE_VAL, HUGE_VAL };
    for (int i = 0; i < 3; i++) {
        write_many(texts[i], sizeof texts[i], count, card, map, motions[i]);
        all[i] = (variant){ .text = texts[i] };
        open_variant(&all[i]);
        run_variant(&all[i], 1);
    }
    for (int frame = 2; frame < 2 + FRAMES; frame++) {
        for (int i = 0; i < 3; i++) {
            best[i] = fmin(best[i], frame_ms(&all[i], frame));
        }
    }
    printf("%-28s nothing moves %7.1f ms, the camera %7.1f ms, made anew %7.1f ms: of what making "
           "costs %.2f\n",
           name, best[0], best[1], best[2], (best[1] - best[0]) / (best[2] - best[0]));
    for (int i = 0; i < 3; i++) {
        close_variant(&all[i]);
    }
}

/* Pictures of 640x360, 57,600 cells of each surface. */
static void measure_all_moving(void)
{
    shrink = 3;
    measure_moving("1 surface", 1, "cell_px 2", "");
    measure_moving("10 surfaces", 10, "cell_px 2", "");
    measure_moving("100 surfaces", 100, "cell_px 2", "");
    measure_moving("1 surface, torn", 1, "cell_px 1", "cut_mode cut");
    measure_moving("1 surface, filled", 1, "cell_px 1", "cut_mode fill");
}

int main(int argc, char **argv)
{
    zd_error err = { 0 };
    zd_context_params params = { 0 };
    zd_heap_for_pictures();
    setvbuf(stdout, NULL, _IOLBF, 0);
    check(zd_context_create(&params, &ctx, &err), &err);
    if (argc == 3 && strcmp(argv[1], "many") == 0) {
        measure_many(zd_int_clamp(atoi(argv[2]), 1, 1000));
    } else if (argc == 2 && strcmp(argv[1], "moving") == 0) {
        measure_all_moving();
    } else if (argc == 3 && strcmp(argv[1], "memory") == 0) {
        measure_memory(atoi(argv[2]));
    } else {
        measure_speed();
    }
    zd_context_destroy(&ctx);
    return 0;
}
