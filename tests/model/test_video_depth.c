/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* The rule of windows, fits and cross-fades against what the original made of 60 frames, the stream
 * against its own list of frames, and laws: a shot that is broken off anywhere goes on with the same
 * bits, a window encodes 22 frames, memory does not grow, a fixed object does not drift. */

#include "zd_test.h"

#include <limits.h>
#include <pthread.h>
#include <stdatomic.h>
#include <unistd.h>

#include "depth/preprocess.h"
#include "depth/video_depth.h"
#include "formula.h"
#include "model/safetensors.h"

enum { FRAMES = 60, WIDTH = 64, HEIGHT = 48, IN_WIDTH = 70, IN_HEIGHT = 56 };

/* Sanitizers look at how memory is used, which a few places show; that bits are the same is looked at without. */
#if defined(__SANITIZE_ADDRESS__)
enum { IS_SLOW = true };
#elif defined(__has_feature)
#    if __has_feature(address_sanitizer)
enum { IS_SLOW = true };
#    else
enum { IS_SLOW = false };
#    endif
#else
enum { IS_SLOW = false };
#endif
enum { BREAKS = IS_SLOW ? 3 : 20 };

static zd_error err;

typedef struct fixture {
    zd_context *ctx;
    zd_safetensors *vectors;
    zd_network *net;
    float *inputs[FRAMES];
} fixture;

static float *read_all(const zd_safetensors *file, const char *name)
{
    const zd_stored_tensor *tensor = zd_safetensors_find(file, name);
    REQUIRE(tensor != NULL);
    float *values = malloc(tensor->count * sizeof *values);
    zd_safetensors_read(file, tensor, 0, tensor->count, values);
    return values;
}

static void open_shapes(fixture *f, formula_network which, zd_precision precision)
{
    zd_network_params params = { .precision = precision };
    *f = (fixture){ .ctx = zd_test_context(2) };
    char *path = formula_write(f->ctx, which);
    REQUIRE(path != NULL);
    zd_digest digest;
    REQUIRE_OK(zd_network_open(f->ctx, path, &params, &f->net, &err));
    REQUIRE_OK(zd_network_digest(f->net, &digest, &err));
    unlink(path);
    *strrchr(path, '/') = '\0';
    rmdir(path);
    free(path);
}

static void open_network(fixture *f, zd_precision precision)
{
    open_shapes(f, FORMULA_VIDEO, precision);
}

/** The film's frames as the network sees them. */
static void open_frames(fixture *f)
{
    static float film[HEIGHT * WIDTH * 3];
    zd_image *frame;
    zd_image *input;
    REQUIRE_OK(zd_image_create(f->ctx, WIDTH, HEIGHT, ZD_RGB_F32, &frame, &err));
    REQUIRE_OK(zd_image_create(f->ctx, IN_WIDTH, IN_HEIGHT, ZD_RGB_F32, &input, &err));
    for (int t = 0; t < FRAMES; t++) {
        formula_film_frame(t, HEIGHT, WIDTH, film);
        for (int y = 0; y < HEIGHT; y++) {
            memcpy(zd_view_row_f32(zd_image_view(frame), y), film + y * WIDTH * 3,
                   WIDTH * 3 * sizeof(float));
        }
        REQUIRE_OK(zd_scale_picture(f->ctx, zd_image_view(frame), ZD_SCALER_CUBIC,
                                    zd_image_view(input), &err));
        f->inputs[t] = malloc(IN_WIDTH * IN_HEIGHT * 3 * sizeof(float));
        for (int y = 0; y < IN_HEIGHT; y++) {
            memcpy(f->inputs[t] + y * IN_WIDTH * 3, zd_view_row_f32(zd_image_view(input), y),
                   IN_WIDTH * 3 * sizeof(float));
        }
    }
    zd_image_unref(&frame);
    zd_image_unref(&input);
}

/** A vector file of the shared folder. To be asked before a test owns anything. */
static char *vectors_path(const char *name)
{
    static char path[512];
    if (zd_test_shared() == NULL) {
        SKIP("$ZD_SHARED names no folder with vectors/%s", name);
    }
    snprintf(path, sizeof path, "%s/vectors/%s", zd_test_shared(), name);
    return path;
}

static void close_all(fixture *f)
{
    for (int t = 0; t < FRAMES; t++) {
        free(f->inputs[t]);
    }
    zd_network_close(&f->net);
    zd_safetensors_close(&f->vectors);
    zd_context_destroy(&f->ctx);
}

static void pop_all(zd_video_depth *v, float *out, size_t map, int *count)
{
    for (const float *m; (m = zd_video_depth_pop(v)) != NULL; (*count)++) {
        memcpy(out + (size_t) *count * map, m, map * sizeof *out);
    }
}

/** Runs `count` frames; returns how many maps came out. */
static int run_shot(fixture *f, zd_video_depth *v, int count, float *out, size_t map)
{
    int made = 0;
    zd_video_depth_begin(v);
    for (int t = 0; t < count; t++) {
        REQUIRE_OK(zd_video_depth_push(v, f->inputs[t], NULL, &err));
        pop_all(v, out, map, &made);
    }
    for (bool more = true; more;) {
        REQUIRE_OK(zd_video_depth_end(v, NULL, &more, &err));
        pop_all(v, out, map, &made);
    }
    return made;
}

/** A shot of `count` frames by a run of its own, which keeps nothing: what others are held to. */
static void run_plain(fixture *f, zd_video_params params, int count, float *out)
{
    zd_video_depth *v;
    params.store = (zd_video_store){ 0 };
    REQUIRE_OK(zd_video_depth_create(f->ctx, &params, &v, &err));
    REQUIRE_INT(run_shot(f, v, count, out, IN_WIDTH * IN_HEIGHT), count);
    zd_video_depth_destroy(&v);
}

static double largest_off(const float *a, const float *b, size_t count)
{
    double most = 0.0;
    for (size_t i = 0; i < count; i++) {
        most = fmax(most, fabs((double) a[i] - (double) b[i]));
    }
    return most;
}

static void stitched_as_published(void)
{
    fixture f;
    zd_video_depth *v;
    double scale;
    double shift;
    int64_t encoded;
    int64_t windows;
    const char *vectors = vectors_path("vda_tiny_stitch_60x48x64.safetensors");
    open_network(&f, ZD_PRECISION_EXACT);
    open_frames(&f);
    REQUIRE_OK(zd_safetensors_open(f.ctx, vectors, &f.vectors, &err));
    zd_video_params params = { .network = f.net,
                               .width = IN_WIDTH,
                               .height = IN_HEIGHT,
                               .out_width = WIDTH,
                               .out_height = HEIGHT };
    float *out = malloc(FRAMES * WIDTH * HEIGHT * sizeof *out);
    float *expected = read_all(f.vectors, "depth");
    REQUIRE_OK(zd_video_depth_create(f.ctx, &params, &v, &err));
    REQUIRE_INT(run_shot(&f, v, FRAMES, out, WIDTH * HEIGHT), FRAMES);
    double off = largest_off(out, expected, FRAMES * WIDTH * HEIGHT);
    zd_video_depth_fit(v, &scale, &shift);
    zd_video_depth_counts(v, &encoded, &windows);
    printf("  stitched: largest difference %.2g; window 2: scale %.7f, shift %.7f\n", off, scale,
           shift);
    REQUIRE(off <= 2e-4);
    REQUIRE_NEAR(scale, 0.624711812, 1e-5); /* scale_shift of the vectors */
    REQUIRE_NEAR(shift, 0.912701607, 1e-5);
    REQUIRE_INT(windows, 3);
    REQUIRE_INT(encoded, 60); /* each frame once: 32 + 22 + 6, padding none */
    zd_video_depth_destroy(&v);
    free(out);
    free(expected);
    close_all(&f);
}

/* Every length gives as many maps as frames, and what a shot is does not depend on the one before. */
static void every_length(void)
{
    static const int lengths[] = { 1, 33, 22, 55, 2, 21, 23, 31, 32, 44, 45, 54 };
    fixture f;
    zd_video_depth *v;
    size_t map = IN_WIDTH * IN_HEIGHT;
    open_network(&f, ZD_PRECISION_EXACT);
    open_frames(&f);
    zd_video_params params = { .network = f.net, .width = IN_WIDTH, .height = IN_HEIGHT };
    float *once = malloc(FRAMES * map * sizeof *once);
    float *again = malloc(FRAMES * map * sizeof *again);
    REQUIRE_OK(zd_video_depth_create(f.ctx, &params, &v, &err));
    for (int i = 0; i < (IS_SLOW ? 4 : 12); i++) {
        REQUIRE_INT(run_shot(&f, v, lengths[i], once, map), lengths[i]);
    }
    REQUIRE_INT(run_shot(&f, v, 33, again, map), 33);
    REQUIRE_INT(run_shot(&f, v, 33, once, map), 33);
    REQUIRE_BYTES(once, again, 33 * map * sizeof *once);
    zd_video_depth_destroy(&v);
    free(once);
    free(again);
    close_all(&f);
}

typedef struct shelf {
    zd_digest keys[256];
    float *maps[256];
    int count;
    int found;
    size_t map;
} shelf;

static bool shelf_get(void *user, const zd_digest *key, float *map)
{
    shelf *s = user;
    for (int i = 0; i < s->count; i++) {
        if (memcmp(s->keys[i].bytes, key->bytes, sizeof key->bytes) == 0) {
            memcpy(map, s->maps[i], s->map * sizeof *map);
            s->found++;
            return true;
        }
    }
    return false;
}

static void shelf_put(void *user, const zd_digest *key, const float *map)
{
    shelf *s = user;
    REQUIRE(s->count < 256);
    s->keys[s->count] = *key;
    s->maps[s->count] = malloc(s->map * sizeof *map);
    memcpy(s->maps[s->count++], map, s->map * sizeof *map);
}

static void shelf_clear(shelf *s)
{
    for (int k = 0; k < s->count; k++) {
        free(s->maps[k]);
    }
    *s = (shelf){ .map = s->map };
}

/* Broken off at so many places, what was kept is found and the rest has the same bits. */
static void goes_on_with_the_same_bits(void)
{
    fixture f;
    zd_video_depth *v;
    size_t map = IN_WIDTH * IN_HEIGHT;
    unsigned long long seed = 11;
    open_network(&f, ZD_PRECISION_EXACT);
    open_frames(&f);
    zd_video_params params = { .network = f.net, .width = IN_WIDTH, .height = IN_HEIGHT };
    float *whole = malloc(FRAMES * map * sizeof *whole);
    float *again = malloc(FRAMES * map * sizeof *again);
    run_plain(&f, params, FRAMES, whole);
    for (int i = 0; i < BREAKS; i++) {
        shelf s = { .map = map };
        int64_t encoded;
        int64_t windows;
        int stop = (int) (zd_test_random(&seed) % FRAMES);
        params.store = (zd_video_store){ shelf_get, shelf_put, &s };
        REQUIRE_OK(zd_video_depth_create(f.ctx, &params, &v, &err));
        for (int t = 0; t < stop; t++) {
            REQUIRE_OK(zd_video_depth_push(v, f.inputs[t], NULL, &err));
        }
        zd_video_depth_destroy(&v);
        REQUIRE_OK(zd_video_depth_create(f.ctx, &params, &v, &err));
        REQUIRE_INT(run_shot(&f, v, FRAMES, again, map), FRAMES);
        zd_video_depth_counts(v, &encoded, &windows);
        REQUIRE_INT(windows, 3 - (stop >= 32) - (stop >= 54));
        REQUIRE_BYTES(whole, again, FRAMES * map * sizeof *whole);
        zd_video_depth_destroy(&v);
        shelf_clear(&s);
    }
    free(whole);
    free(again);
    close_all(&f);
}

/* Who asks for the end of a run after so many questions, and whether all came from its own thread. */
typedef struct stopper {
    pthread_t thread;
    long left;
    atomic_long asked;
    atomic_long strangers;
} stopper;

static bool stops(void *user)
{
    stopper *s = user;
    long asked = atomic_fetch_add(&s->asked, 1);
    if (!pthread_equal(pthread_self(), s->thread)) {
        atomic_fetch_add(&s->strangers, 1);
    }
    return asked >= s->left;
}

/** A whole shot; returns ZD_ERR_CANCELLED when it was stopped. */
static zd_status try_shot(fixture *f, zd_video_depth *v, const zd_task *task)
{
    bool more = true;
    zd_video_depth_begin(v);
    for (int t = 0; t < FRAMES; t++) {
        ZD_TRY(zd_video_depth_push(v, f->inputs[t], task, &err));
    }
    while (more) {
        ZD_TRY(zd_video_depth_end(v, task, &more, &err));
    }
    return ZD_OK;
}

/* Stopped anywhere within a window, it goes on with the same bits; and a host that may be asked by its own thread
 *  alone is. */
static void stopped_within_a_window(void)
{
    fixture f;
    zd_video_depth *v;
    size_t map = IN_WIDTH * IN_HEIGHT;
    unsigned long long seed = 5;
    stopper s = { .thread = pthread_self(), .left = LONG_MAX };
    const zd_task task = { .abort = stops, .abort_user = &s };
    open_network(&f, ZD_PRECISION_EXACT);
    open_frames(&f);
    zd_video_params params = { .network = f.net, .width = IN_WIDTH, .height = IN_HEIGHT };
    float *whole = malloc(FRAMES * map * sizeof *whole);
    float *again = malloc(FRAMES * map * sizeof *again);
    run_plain(&f, params, FRAMES, whole);
    REQUIRE_OK(zd_video_depth_create(f.ctx, &params, &v, &err));
    REQUIRE_OK(try_shot(&f, v, &task));
    long questions = atomic_load(&s.asked);
    REQUIRE(questions > FRAMES);
    zd_video_depth_destroy(&v);
    for (int i = 0; i < BREAKS / 2; i++) {
        shelf kept = { .map = map };
        params.store = (zd_video_store){ shelf_get, shelf_put, &kept };
        s.left = (long) (zd_test_random(&seed) % (unsigned long long) questions);
        atomic_store(&s.asked, 0);
        REQUIRE_OK(zd_video_depth_create(f.ctx, &params, &v, &err));
        REQUIRE_INT(try_shot(&f, v, &task), ZD_ERR_CANCELLED);
        REQUIRE_INT(run_shot(&f, v, FRAMES, again, map), FRAMES);
        REQUIRE_BYTES(whole, again, FRAMES * map * sizeof *whole);
        zd_video_depth_destroy(&v);
        shelf_clear(&kept);
    }
    REQUIRE_INT(atomic_load(&s.strangers), 0);
    free(whole);
    free(again);
    close_all(&f);
}

/** The maps of a shot's windows that show: none of a frame that is there again, or faded out. */
static int maps_that_show(int count)
{
    int maps = 0;
    for (int64_t w = 0; w == 0 || zd_video_depth_frame(w, 2) < count; w++) {
        for (int i = 0; i < ZD_VIDEO_WINDOW - 1; i++) {
            maps += zd_video_depth_frame(w, i) < count && !(w > 0 && i == 2);
        }
    }
    return maps;
}

/** Makes one window of a shot of `count` frames apart; returns whether the shot has another. */
static bool make_apart(fixture *f, zd_video_depth *v, int64_t window, int count)
{
    bool more = false;
    zd_video_depth_begin_apart(v, window);
    for (int i = 0; i < ZD_VIDEO_WINDOW && zd_video_depth_frame(window, i) < count; i++) {
        REQUIRE_OK(zd_video_depth_push(v, f->inputs[zd_video_depth_frame(window, i)], NULL, &err));
        REQUIRE(zd_video_depth_pop(v) == NULL);
    }
    if (zd_video_depth_frame(window, ZD_VIDEO_WINDOW - 1) >= count) {
        REQUIRE_OK(zd_video_depth_end(v, NULL, &more, &err));
        REQUIRE(zd_video_depth_pop(v) == NULL);
    } else {
        more = true; /* a full window always has one after it, if only for the cross-fade */
    }
    return more;
}

/* Windows that were made apart, the last first, are what a plain run finds; the run that takes them has its
 * bits and encodes nothing. For shots that end anywhere in a window. */
static void windows_apart(void)
{
    static const int lengths[] = { 1, 55, 25, 24, 32, 33, 46, 47, 54, 60 };
    static const int windows_of[] = { 1, 3, 2, 1, 2, 2, 2, 3, 3, 3 };
    fixture f;
    zd_video_depth *v;
    size_t map = IN_WIDTH * IN_HEIGHT;
    shelf s = { .map = map };
    open_network(&f, ZD_PRECISION_EXACT);
    open_frames(&f);
    zd_video_params params = { .network = f.net, .width = IN_WIDTH, .height = IN_HEIGHT };
    float *plain = malloc(FRAMES * map * sizeof *plain);
    float *fitted = malloc(FRAMES * map * sizeof *fitted);
    for (int i = 0; i < (IS_SLOW ? 3 : 10); i++) {
        int64_t encoded;
        int64_t windows;
        run_plain(&f, params, lengths[i], plain);
        params.store = (zd_video_store){ shelf_get, shelf_put, &s };
        for (int w = windows_of[i] - 1; w >= 0; w--) {
            REQUIRE_OK(zd_video_depth_create(f.ctx, &params, &v, &err));
            zd_video_depth_keep_windows(v);
            REQUIRE_INT(make_apart(&f, v, w, lengths[i]), w + 1 < windows_of[i]);
            zd_video_depth_destroy(&v);
        }
        REQUIRE_INT(s.count, maps_that_show(lengths[i]));
        REQUIRE_OK(zd_video_depth_create(f.ctx, &params, &v, &err));
        zd_video_depth_keep_windows(v);
        REQUIRE_INT(run_shot(&f, v, lengths[i], fitted, map), lengths[i]);
        zd_video_depth_counts(v, &encoded, &windows);
        REQUIRE_INT(encoded, 0);
        REQUIRE_INT(windows, 0);
        REQUIRE_BYTES(plain, fitted, (size_t) lengths[i] * map * sizeof *plain);
        zd_video_depth_destroy(&v);
        shelf_clear(&s);
    }
    free(plain);
    free(fitted);
    close_all(&f);
}

/** A map at the frames' size: bilinear, corners aligned. */
static void enlarge(const float *map, float *out)
{
    for (int y = 0; y < HEIGHT; y++) {
        for (int x = 0; x < WIDTH; x++) {
            double fy = (double) y * (IN_HEIGHT - 1) / (HEIGHT - 1);
            double fx = (double) x * (IN_WIDTH - 1) / (WIDTH - 1);
            int y0 = (int) fmin(fy, IN_HEIGHT - 2);
            int x0 = (int) fmin(fx, IN_WIDTH - 2);
            const float *a = map + y0 * IN_WIDTH + x0;
            double top = (double) a[0] + (fx - x0) * ((double) a[1] - (double) a[0]);
            double bottom = (double) a[IN_WIDTH] +
                            (fx - x0) * ((double) a[IN_WIDTH + 1] - (double) a[IN_WIDTH]);
            out[y * WIDTH + x] = (float) (top + (fy - y0) * (bottom - top));
        }
    }
}

/* The published list: frame 44 sees 0, 3 and 15 to 43, and itself. */
static void stream_as_published(void)
{
    fixture f;
    size_t map = WIDTH * HEIGHT;
    int seen[ZD_NETWORK_WINDOW];
    int fed[64] = { 0 };
    static const int frames[15] = { 0, 1, 2, 5, 10, 11, 12, 30, 31, 40, 41, 42, 43, 44, 49 };
    static float big[WIDTH * HEIGHT];
    double most = 0.0;
    zd_safetensors *file;
    const char *vectors = vectors_path("vda_tiny_stream_50x48x64.safetensors");
    open_network(&f, ZD_PRECISION_EXACT);
    open_frames(&f);
    REQUIRE_OK(zd_safetensors_open(f.ctx, vectors, &file, &err));
    float *expected = read_all(file, "depth");
    float *out = malloc(IN_WIDTH * IN_HEIGHT * sizeof *out);
    REQUIRE_OK(zd_network_plan(f.net, IN_WIDTH, IN_HEIGHT, &err));
    for (int t = 0; t < 50; t++) {
        zd_network_io io = { .rgb = f.inputs[t], .outputs = { out } };
        int count = zd_network_stream_list(f.net, seen);
        REQUIRE_INT(count, t == 0 ? 0 : 31);
        for (int i = 0; i < count; i++) {
            int want = i == 0 ? 0 : i == 1 ? (t - 41 > 0 ? t - 41 : 0) : t - 31 + i;
            want = want < 0 ? 0 : want;
            REQUIRE_INT(fed[seen[i]], want);
        }
        REQUIRE_OK(zd_network_stream(f.net, &io, NULL, &err));
        REQUIRE_INT(zd_network_stream_list(f.net, seen), 31);
        fed[seen[30]] = t;
        for (int i = 0; i < 15; i++) {
            if (frames[i] == t) {
                enlarge(out, big);
                most = fmax(most, largest_off(big, expected + (size_t) i * map, map));
            }
        }
    }
    printf("  stream: largest difference %.2g\n", most);
    REQUIRE(most <= 2e-4);
    free(out);
    free(expected);
    zd_safetensors_close(&file);
    close_all(&f);
}

/* What a window of Video Depth Anything Small takes: weights, activations, pictures and maps. */
static void a_window_of_small_fits(void)
{
    enum { SIDE = 518, MOST_MIB = 700 };
    static const zd_precision precisions[] = { ZD_PRECISION_EXACT, ZD_PRECISION_FAST };
    for (int i = 0; i < 2; i++) {
        fixture f;
        zd_video_depth *v;
        size_t weights;
        size_t activations;
        open_shapes(&f, FORMULA_VIDEO_SMALL, precisions[i]);
        zd_video_params params = { .network = f.net, .width = SIDE, .height = SIDE };
        REQUIRE_OK(zd_video_depth_create(f.ctx, &params, &v, &err));
        zd_network_memory(f.net, &weights, &activations);
        size_t held = zd_video_depth_memory(v);
        printf("  %s: weights %zu MiB, a window %zu MiB\n", zd_network_describe(f.net)->arithmetic,
               weights >> 20, held >> 20);
        REQUIRE(weights > 0 && activations > 0 && held > activations);
        REQUIRE(weights + held <= (size_t) MOST_MIB << 20);
        zd_video_depth_destroy(&v);
        close_all(&f);
    }
}

int main(void)
{
    RUN(stitched_as_published);
    RUN(every_length);
    RUN(goes_on_with_the_same_bits);
    RUN(stopped_within_a_window);
    RUN(windows_apart);
    RUN(stream_as_published);
    RUN(a_window_of_small_fits);
    return zd_test_finish();
}
