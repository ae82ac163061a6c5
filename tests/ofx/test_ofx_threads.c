/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* Check 10: aborts, many threads on several instances, instances made and dropped for each frame;
 * and the network with its cache on disk. */

#include "ofx_scene.h"
#include "sanitized.h"

#include <dirent.h>
#include <pthread.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

/* Times mean something only where code is not instrumented. */
#define IS_TIMED (!ZD_TEST_IS_SANITIZED)

enum { INSTANCES = 4, THREADS = 8, FRAMES_EACH = 50, TIMES = MOCK_FRAMES };

static char scratch_folder[] = "/tmp/zdepth-ofx-XXXXXX";
static char model_path[4096];

static double now_ms(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double) t.tv_sec * 1e3 + (double) t.tv_nsec * 1e-6;
}

/* Of the whole process. */
static double processor_ms(void)
{
    struct timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double) t.tv_sec * 1e3 + (double) t.tv_nsec * 1e-6;
}

/* A scene that is another one for each number. */
static void disturb(mock_image *image, int number)
{
    for (int y = 0; y < image->bounds.y2; y += 2) {
        for (int x = number; x < image->bounds.x2; x += 17) {
            const float rgba[4] = { 0.1f * (float) (number % 10), wave(x + number, y), 0.4f, 1.0f };
            mock_image_put(image, x, y, rgba);
        }
    }
}

static void test_abort(void)
{
    for (int compositor = 0; compositor < 2; compositor++) {
        rig s;
        rig_open(&s, compositor != 0, ZD_SAMPLE_F32);
        if (!compositor) {
            mock_set_int(s.effect, "transparency", 1);
        }
        REQUIRE_INT(rig_render(&s), OFX_OK);
        for (int k = 0; k <= 50; k++) {
            mock_image *out = scene_output(ZD_SAMPLE_F32);
            mock_image *fresh = scene_image(SCENE_COLOUR, ZD_SAMPLE_F32);
            disturb(fresh, k);
            mock_connect(s.effect, "Source", fresh);
            atomic_store(&s.effect->abort_after, k);
            ofx_status status = rig_render_to(&s, out);
            REQUIRE(status == OFX_OK || status == OFX_FAILED);
            REQUIRE_INT(atomic_load(&mock_images_alive), 0);
            atomic_store(&s.effect->abort_after, -1);
            mock_connect(s.effect, "Source", s.source);
            REQUIRE_INT(rig_render_to(&s, out), OFX_OK);
            REQUIRE(same_pixels(out, s.output));
            mock_image_free(out);
            mock_image_free(fresh);
        }
        rig_close(&s);
    }
}

typedef struct worker {
    ofx_effect effect;
    int first;
    int failures;
} worker;

static void *work(void *user)
{
    worker *w = user;
    for (int n = 0; n < FRAMES_EACH; n++) {
        int time = (w->first + 2 * n) % TIMES;
        mock_render_args args = { time, { 0, 0, SCENE_WIDTH, SCENE_HEIGHT }, 1.0, NULL };
        w->failures += mock_render(w->effect, &args) != OFX_OK;
    }
    return NULL;
}

static void *destroy(void *user)
{
    mock_destroy(user);
    return NULL;
}

static void test_many_threads(void)
{
    rig s;
    ofx_effect effects[INSTANCES];
    mock_image *sources[TIMES];
    mock_image *expected[TIMES];
    mock_image *outputs[INSTANCES][TIMES];
    worker workers[THREADS];
    pthread_t threads[THREADS];
    rig_open(&s, false, ZD_SAMPLE_F32);
    mock_set_int(s.effect, "transparency", 1);
    for (int t = 0; t < TIMES; t++) {
        sources[t] = scene_image(SCENE_COLOUR, ZD_SAMPLE_F32);
        disturb(sources[t], t);
        expected[t] = scene_output(ZD_SAMPLE_F32);
        mock_connect(s.effect, "Source", sources[t]);
        REQUIRE_INT(rig_render_to(&s, expected[t]), OFX_OK);
    }
    for (int i = 0; i < INSTANCES; i++) {
        effects[i] = mock_create(the.filter, s.descriptor);
        mock_set_int(effects[i], "transparency", 1);
        mock_connect(effects[i], "Source", sources[0]);
        mock_connect(effects[i], "Depth", s.map);
        mock_connect(effects[i], "Output", s.output);
        for (int t = 0; t < TIMES; t++) {
            outputs[i][t] = scene_output(ZD_SAMPLE_F32);
            mock_clip(effects[i], "Source")->images[t] = sources[t];
            mock_clip(effects[i], "Output")->images[t] = outputs[i][t];
        }
    }
    for (int w = 0; w < THREADS; w++) {
        workers[w] = (worker){ effects[w % INSTANCES], w / INSTANCES, 0 };
        REQUIRE_INT(pthread_create(&threads[w], NULL, work, &workers[w]), 0);
    }
    for (int w = 0; w < THREADS; w++) {
        pthread_join(threads[w], NULL);
        REQUIRE_INT(workers[w].failures, 0);
    }
    for (int i = 0; i < INSTANCES; i++) {
        for (int t = 0; t < TIMES; t++) {
            REQUIRE(same_pixels(outputs[i][t], expected[t]));
            mock_image_free(outputs[i][t]);
        }
        pthread_t other;
        REQUIRE_INT(pthread_create(&other, NULL, destroy, effects[i]), 0);
        pthread_join(other, NULL);
    }
    for (int t = 0; t < TIMES; t++) {
        mock_image_free(sources[t]);
        mock_image_free(expected[t]);
    }
    REQUIRE_INT(atomic_load(&mock_images_alive), 0);
    rig_close(&s);
}

/* ZD_TEST_MODEL tries another network by hand, such as one that takes seconds. */
static bool copy_model(void)
{
    char from[4096];
    static char buffer[1 << 16];
    const char *source = getenv("ZD_SOURCE");
    const char *other = getenv("ZD_TEST_MODEL");
    if (other != NULL) {
        snprintf(from, sizeof from, "%s", other);
    } else {
        snprintf(from, sizeof from, "%s/models/zdepth-embedded.safetensors",
                 source != NULL ? source : ".");
    }
    snprintf(model_path, sizeof model_path, "%s/copy.safetensors", scratch_folder);
    FILE *in = fopen(from, "rb");
    FILE *out = in != NULL ? fopen(model_path, "wb") : NULL;
    size_t got;
    while (out != NULL && (got = fread(buffer, 1, sizeof buffer, in)) > 0) {
        fwrite(buffer, 1, got, out);
    }
    if (in != NULL) {
        fclose(in);
    }
    return out != NULL && fclose(out) == 0;
}

static void use_network(ofx_effect effect)
{
    mock_connect(effect, "Depth", NULL);
    mock_set_text(effect, "model", model_path);
    mock_set_int(effect, "view", 1);
}

/* A filter that finds its depth with the embedded network, and no message yet. */
static void rig_open_network(rig *s, zd_sample type)
{
    if (!copy_model()) {
        SKIP("there is no embedded network");
    }
    rig_open(s, false, type);
    use_network(s->effect);
    atomic_store(&mock_messages, 0);
}

/* As MLT does it; the model's file goes after the first frame, so it was opened once. */
static void test_instance_for_each_frame(void)
{
    rig s;
    rig_open_network(&s, ZD_SAMPLE_F32);
    REQUIRE_INT(rig_render(&s), OFX_OK);
    if (atomic_load(&mock_messages) != 0) {
        rig_close(&s);
        SKIP("this build has no networks");
    }
    unlink(model_path);
    for (int n = 0; n < 4; n++) {
        REQUIRE_INT(start_plugin(the.filter), OFX_OK);
        ofx_effect descriptor = mock_describe(the.filter, "OfxImageEffectContextFilter");
        ofx_effect effect = mock_create(the.filter, descriptor);
        mock_image *source = scene_image(SCENE_COLOUR, ZD_SAMPLE_F32);
        mock_image *out = scene_output(ZD_SAMPLE_F32);
        disturb(source, n);
        use_network(effect);
        mock_connect(effect, "Source", source);
        mock_connect(effect, "Output", out);
        mock_render_args args = whole_of(out);
        REQUIRE_INT(mock_render(effect, &args), OFX_OK);
        float rgba[4];
        mock_image_get(out, 100, 100, rgba);
        REQUIRE(rgba[0] == rgba[1] && rgba[1] == rgba[2]);
        mock_destroy(effect);
        mock_free_descriptor(descriptor);
        mock_image_free(source);
        mock_image_free(out);
    }
    REQUIRE_INT(atomic_load(&mock_messages), 0);
    rig_close(&s);
}

/* Damages every entry of the cache; returns how many there are. */
static int damage(const char *folder)
{
    int count = 0;
    DIR *dir = opendir(folder);
    struct dirent *item;
    while (dir != NULL && (item = readdir(dir)) != NULL) {
        char path[4096];
        struct stat info;
        snprintf(path, sizeof path, "%s/%s", folder, item->d_name);
        if (item->d_name[0] == '.' || stat(path, &info) != 0) {
            continue;
        }
        if (S_ISDIR(info.st_mode)) {
            count += damage(path);
        } else if (strstr(item->d_name, ".zdm") != NULL) {
            count += truncate(path, (long) (info.st_size / 2)) == 0;
        }
    }
    if (dir != NULL) {
        closedir(dir);
    }
    return count;
}

static void test_broken_cache(void)
{
    rig s;
    rig_open_network(&s, ZD_SAMPLE_U8);
    REQUIRE_INT(rig_render(&s), OFX_OK);
    rig_close(&s);
    if (atomic_load(&mock_messages) != 0) {
        SKIP("this build has no networks");
    }
    REQUIRE(damage(scratch_folder) > 0);
    rig again;
    rig_open(&again, false, ZD_SAMPLE_U8);
    use_network(again.effect);
    REQUIRE_INT(rig_render(&again), OFX_OK);
    mock_image *first = scene_output(ZD_SAMPLE_U8);
    REQUIRE_INT(rig_render_to(&again, first), OFX_OK);
    REQUIRE(same_pixels(first, again.output));
    REQUIRE_INT(atomic_load(&mock_messages), 0);
    mock_image_free(first);
    rig_close(&again);
}

typedef struct stopper {
    ofx_effect effect; /* NULL: Cancel on the progress bar */
    double delay_ms;
    double pressed_ms;
    double pressed_processor_ms;
} stopper;

static void *press_stop(void *user)
{
    stopper *s = user;
    struct timespec pause = { 0, (long) (s->delay_ms * 1e6) };
    nanosleep(&pause, NULL);
    s->pressed_ms = now_ms();
    s->pressed_processor_ms = processor_ms();
    if (s->effect != NULL) {
        atomic_store(&s->effect->abort_after, 0);
    } else {
        atomic_store(&mock_cancel_pressed, true);
    }
    return NULL;
}

/* How long the answer took. Where other programs took turns, what this one worked meanwhile: a
 * network that goes on, or a picture that is still laid, works. */
static double answer_ms(const stopper *s, double end, double end_processor)
{
    double wall = end - s->pressed_ms;
    double work = end_processor - s->pressed_processor_ms;
    return wall < work ? wall : work;
}

/* The network at work, and the host gives up. */
static void test_abort_within_the_network(void)
{
    double worst = 0.0;
    rig s;
    rig_open_network(&s, ZD_SAMPLE_F32);
    REQUIRE_INT(rig_render(&s), OFX_OK);
    for (int n = 0; n < 12 && atomic_load(&mock_messages) == 0; n++) {
        pthread_t thread;
        stopper stop = { s.effect, 1.0 + 3.0 * n, 0.0, 0.0 };
        mock_image *source = scene_image(SCENE_COLOUR, ZD_SAMPLE_F32);
        disturb(source, 20 + n);
        mock_connect(s.effect, "Source", source);
        REQUIRE_INT(pthread_create(&thread, NULL, press_stop, &stop), 0);
        ofx_status status = rig_render(&s);
        double end = now_ms();
        double end_processor = processor_ms();
        pthread_join(thread, NULL);
        if (status == OFX_FAILED) {
            worst = fmax(worst, answer_ms(&stop, end, end_processor));
        }
        REQUIRE_INT(atomic_load(&mock_images_alive), 0);
        atomic_store(&s.effect->abort_after, -1);
        mock_connect(s.effect, "Source", s.source);
        mock_image_free(source);
    }
    printf("  abort answered within %.1f ms\n", worst);
    if (IS_TIMED) {
        REQUIRE(worst <= 50.0);
    }
    mock_image *again = scene_output(ZD_SAMPLE_F32);
    REQUIRE_INT(rig_render(&s), OFX_OK);
    REQUIRE_INT(rig_render_to(&s, again), OFX_OK);
    REQUIRE(same_pixels(again, s.output));
    mock_image_free(again);
    rig_close(&s);
}

/* A frame that takes some time to lay, and the host gives up at some moment of it; a smaller one takes as long
 * where code is instrumented. */
static void test_abort_within_a_composite(void)
{
    double worst = 0.0;
    int stopped = 0;
    ofx_rect_i b = { 0, 0, IS_TIMED ? 1920 : 640, IS_TIMED ? 1080 : 360 };
    rig s;
    rig_open(&s, true, ZD_SAMPLE_F32);
    mock_image *source = mock_image_create(b, ZD_SAMPLE_F32, 4, 0, false);
    mock_image *insert = mock_image_create(b, ZD_SAMPLE_F32, 4, 0, false);
    mock_image *out = mock_image_create(b, ZD_SAMPLE_F32, 4, 0, false);
    scene_fill(source, SCENE_COLOUR);
    scene_fill(insert, SCENE_EFFECT);
    mock_connect(s.effect, "Source", source);
    mock_connect(s.effect, "Foreground", insert);
    for (int n = 0; n < 12; n++) {
        pthread_t thread;
        stopper stop = { s.effect, 2.0 + 8.0 * n, 0.0, 0.0 };
        disturb(source, n);
        REQUIRE_INT(pthread_create(&thread, NULL, press_stop, &stop), 0);
        ofx_status status = rig_render_to(&s, out);
        double end = now_ms();
        double end_processor = processor_ms();
        pthread_join(thread, NULL);
        REQUIRE(status == OFX_OK || status == OFX_FAILED);
        if (status == OFX_FAILED) {
            stopped++;
            worst = fmax(worst, answer_ms(&stop, end, end_processor));
        }
        REQUIRE_INT(atomic_load(&mock_images_alive), 0);
        atomic_store(&s.effect->abort_after, -1);
    }
    printf("  %d renders stopped, abort answered within %.1f ms\n", stopped, worst);
    REQUIRE(stopped > 0);
    REQUIRE(!IS_TIMED || worst <= 50.0);
    mock_image_free(source);
    mock_image_free(insert);
    mock_image_free(out);
    mock_connect(s.effect, "Source", s.source);
    rig_close(&s);
}

/* Analyse, and the user presses Cancel while the network works. */
static void test_cancel_within_an_analysis(void)
{
    double worst = 0.0;
    int stopped = 0;
    rig s;
    rig_open_network(&s, ZD_SAMPLE_F32);
    ofx_clip clip = mock_clip(s.effect, "Source");
    mock_props_number(&clip->props, "OfxImageEffectPropFrameRange", 0, 0.0);
    mock_props_number(&clip->props, "OfxImageEffectPropFrameRange", 1, TIMES - 1.0);
    for (int t = 0; t < TIMES; t++) {
        clip->images[t] = scene_image(SCENE_COLOUR, ZD_SAMPLE_F32);
    }
    for (int n = 0; n < 6 && atomic_load(&mock_messages) == 0; n++) {
        pthread_t thread;
        stopper stop = { NULL, 5.0 + 9.0 * n, 0.0, 0.0 };
        for (int t = 0; t < TIMES; t++) {
            disturb(clip->images[t], 100 + TIMES * n + t); /* nothing that the cache knows */
        }
        atomic_store(&mock_cancel_pressed, false);
        REQUIRE_INT(pthread_create(&thread, NULL, press_stop, &stop), 0);
        mock_user_edit(s.effect, "analyse");
        double end = now_ms();
        double end_processor = processor_ms();
        pthread_join(thread, NULL);
        if (mock_param(s.effect, "analysis")->text[0] == '\0') {
            stopped++;
            worst = fmax(worst, answer_ms(&stop, end, end_processor));
        }
        mock_set_text(s.effect, "analysis", "");
        REQUIRE_INT(atomic_load(&mock_images_alive), 0);
    }
    atomic_store(&mock_cancel_pressed, false);
    printf("  %d analyses stopped, cancel answered within %.1f ms\n", stopped, worst);
    REQUIRE(!IS_TIMED || worst <= 50.0);
    for (int t = 0; t < TIMES; t++) {
        mock_image_free(clip->images[t]);
        clip->images[t] = NULL;
    }
    mock_connect(s.effect, "Source", s.source);
    rig_close(&s);
}

static void remove_folder(const char *folder)
{
    DIR *dir = opendir(folder);
    struct dirent *item;
    while (dir != NULL && (item = readdir(dir)) != NULL) {
        char path[4096];
        snprintf(path, sizeof path, "%s/%s", folder, item->d_name);
        if (strcmp(item->d_name, ".") != 0 && strcmp(item->d_name, "..") != 0 && unlink(path) != 0)
        {
            remove_folder(path);
        }
    }
    if (dir != NULL) {
        closedir(dir);
    }
    rmdir(folder);
}

int main(int argc, char **argv)
{
    plugin_path = argc > 1 ? argv[1] : "";
    char cache[64];
    snprintf(cache, sizeof cache, "%s/depth", mkdtemp(scratch_folder));
    setenv("ZD_CACHE", cache, 1);
    RUN(load_plugin);
    RUN(test_abort);
    RUN(test_many_threads);
    RUN(test_instance_for_each_frame);
    RUN(test_broken_cache);
    RUN(test_abort_within_the_network);
    RUN(test_abort_within_a_composite);
    RUN(test_cancel_within_an_analysis);
    remove_folder(scratch_folder);
    return zd_test_finish();
}
