/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* libzdepth through its installed headers alone: any order gives the bits of the jobs, an analysis
 * beside renders, and cancelling. */

#include <pthread.h>
#include <sys/stat.h>

#include "api_clip.h"

static void render_matte(zdepth_engine *engine, int64_t frame, float *out)
{
    zdepth_request request = { .size = sizeof request,
                               .frame = frame,
                               .output = ZDEPTH_OUTPUT_MATTE,
                               .format = ZDEPTH_GRAY_F32,
                               .pixels = out };
    NEED(zdepth_engine_render(engine, &request, &error));
}

static void any_order_gives_the_bits_of_the_clip_in_order(void)
{
    static float in_order[FRAMES][PIXELS];
    static float now[PIXELS];
    static const int order[] = { 13, 2, 7, 8, 0, 12, 6, 6, 9, 1, 10, 5, 11, 3, 4 };
    zdepth_project *project = new_project();
    zdepth_engine *engine = new_engine(project);
    NEED(zdepth_engine_analyse(engine, NULL, &error));
    REQUIRE(zdepth_engine_is_analysed(engine));
    REQUIRE_INT(zdepth_engine_shot_count(engine), 2);
    zdepth_shot shot;
    REQUIRE(zdepth_engine_shot_at(engine, 1, &shot));
    REQUIRE_INT(shot.first_frame, CUT);
    REQUIRE_INT(shot.frame_count, FRAMES - CUT);
    REQUIRE(shot.nearest > shot.furthest);
    REQUIRE(!zdepth_engine_shot_at(engine, 2, &shot));
    for (int i = 0; i < FRAMES; i++) {
        render_matte(engine, i, in_order[i]);
    }
    for (size_t i = 0; i < sizeof order / sizeof order[0]; i++) {
        render_matte(engine, order[i], now);
        REQUIRE_BYTES(now, in_order[order[i]], sizeof now);
    }
    REQUIRE(memcmp(in_order[0], in_order[7], sizeof now) != 0);
    zdepth_engine_close(&engine);
    zdepth_project_destroy(&project);
}

/* The job adds the change to the codes, the engine rounds the sum: a tie may go either way. */
static void require_codes(const unsigned char *pixels, const unsigned char *written)
{
    int ties = 0;
    for (int i = 0; i < PIXELS * 4; i++) {
        int apart = abs(pixels[i] - written[i]);
        REQUIRE(apart <= 1);
        ties += apart;
    }
    REQUIRE(ties <= PIXELS * 4 / 5000);
}

static void require_result_of_job(const char *effect)
{
    static unsigned char pixels[PIXELS * 4];
    static unsigned char written[PIXELS * 4];
    zdepth_project *project = new_project();
    zdepth_job_report report;
    zdepth_job_options options = { .size = sizeof options, .no_cache = true };
    int title;
    NEED(zdepth_project_add_insert(project, &title, &error));
    NEED(zdepth_project_set(project, title, "title", "Wg", 0, &error));
    NEED(zdepth_project_set(project, title, "size", "0.8", 0, &error));
    NEED(zdepth_project_set(project, title, "x", "0s=0.3, 0.4s=0.7", 0, &error));
    if (effect != NULL) {
        NEED(zdepth_project_set(project, -1, "effect", effect, 0, &error));
        NEED(zdepth_project_set(project, -1, "invert", "on", 0, &error));
    }
    NEED(zdepth_project_set(project, -1, "output", path_of("out%03d.png"), 0, &error));
    NEED(zdepth_job_run(context, project, &options, NULL, &report, &error));
    REQUIRE_INT(report.frames, FRAMES);
    REQUIRE_INT(report.shots, 2);
    zdepth_engine *engine = new_engine(project);
    NEED(zdepth_engine_analyse(engine, NULL, &error));
    NEED(zdepth_project_set(project, -1, "footage", path_of("out%03d.png"), 0, &error));
    zdepth_engine *result = new_engine(project);
    for (int frame = FRAMES - 1; frame >= 0; frame -= 3) {
        zdepth_request request = { .size = sizeof request, .frame = frame, .pixels = pixels };
        NEED(zdepth_engine_render(engine, &request, &error));
        request.output = ZDEPTH_OUTPUT_SOURCE;
        request.pixels = written;
        NEED(zdepth_engine_render(result, &request, &error));
        require_codes(pixels, written);
    }
    zdepth_engine_close(&result);
    zdepth_engine_close(&engine);
    zdepth_project_destroy(&project);
}

/* A title, and below it nothing, built-in effects, and FFmpeg's. */
static void the_result_is_that_of_the_job(void)
{
    require_result_of_job(NULL);
    require_result_of_job("zfog=density=2,zcomic");
    require_result_of_job("hue=s=0");
}

/* A movie and its map in one file each: what the analysis keeps of them is named after files. */
static zdepth_project *new_movie_project(void)
{
    zdepth_project *project = new_project();
    zdepth_job_options options = { .size = sizeof options, .no_cache = true };
    int title;
    NEED(zdepth_project_set(project, -1, "codec", "ffv1", 0, &error));
    NEED(zdepth_project_set(project, -1, "output", path_of("map.mkv"), 0, &error));
    options.kind = ZDEPTH_JOB_DEPTH;
    NEED(zdepth_job_run(context, project, &options, NULL, NULL, &error));
    NEED(zdepth_project_add_insert(project, &title, &error));
    NEED(zdepth_project_set(project, title, "title", "unseen", 0, &error));
    NEED(zdepth_project_set(project, title, "start", "900", 0, &error));
    NEED(zdepth_project_set(project, -1, "output", path_of("clip.mkv"), 0, &error));
    options.kind = ZDEPTH_JOB_COMPOSITE;
    NEED(zdepth_job_run(context, project, &options, NULL, NULL, &error));
    zdepth_project_remove_insert(project, title);
    NEED(zdepth_project_set(project, -1, "footage", path_of("clip.mkv"), 0, &error));
    NEED(zdepth_project_set(project, -1, "depth_map", path_of("map.mkv"), 0, &error));
    NEED(zdepth_project_set(project, -1, "depth_map_type", "normalised", 0, &error));
    return project;
}

static void kept_depth_has_the_bits_of_walked_depth(void)
{
    static float walked[FRAMES][PIXELS];
    static float now[PIXELS];
    static const int order[] = { 13, 2, 9, 5, 12, 7, 0, 11 };
    zdepth_project *project = new_movie_project();
    zdepth_engine *engine = new_engine(project); /* without a cache: it walks */
    NEED(zdepth_engine_analyse(engine, NULL, &error));
    for (int i = 0; i < FRAMES; i++) {
        render_matte(engine, i, walked[i]);
    }
    zdepth_engine_close(&engine);
    zdepth_engine_options options = { .size = sizeof options, .cache_folder = path_of("cache") };
    for (int run = 0; run < 2; run++) { /* found, then recalled */
        NEED(zdepth_engine_open(context, project, &options, &engine, &error));
        NEED(zdepth_engine_analyse(engine, NULL, &error));
        for (size_t i = 0; i < sizeof order / sizeof order[0]; i++) {
            render_matte(engine, order[i], now);
            REQUIRE_BYTES(now, walked[order[i]], sizeof now);
        }
        zdepth_engine_close(&engine);
    }
    zdepth_project_destroy(&project);
}

typedef struct beside {
    zdepth_engine *engine;
    zdepth_status status;
    int64_t last;
} beside;

static void hear(void *user, const char *stage, int64_t done, int64_t total)
{
    (void) total;
    if (strcmp(stage, "depth") == 0) {
        ((beside *) user)->last = done;
    }
}

static void *analyse(void *user)
{
    beside *b = user;
    zdepth_task task = { .progress = hear, .progress_user = b };
    b->status = zdepth_engine_analyse(b->engine, &task, NULL);
    return NULL;
}

static void frames_are_there_before_the_analysis_and_beside_it(void)
{
    static float matte[PIXELS];
    zdepth_project *project = new_project();
    zdepth_engine *engine = new_engine(project);
    zdepth_frame_state state;
    beside b = { .engine = engine };
    pthread_t thread;
    zdepth_engine_frame_state(engine, &state);
    REQUIRE_INT(state.frame, -1);
    REQUIRE(!zdepth_engine_has_depth(engine, 0));
    render_matte(engine, 5, matte);
    zdepth_engine_frame_state(engine, &state);
    REQUIRE_INT(state.frame, 5);
    REQUIRE(!state.is_analysed);
    REQUIRE_INT(pthread_create(&thread, NULL, analyse, &b), 0);
    for (int i = 0; i < FRAMES; i++) {
        render_matte(engine, i, matte);
    }
    pthread_join(thread, NULL);
    REQUIRE_INT(b.status, ZDEPTH_OK);
    REQUIRE_INT(b.last, FRAMES);
    REQUIRE(zdepth_engine_has_depth(engine, FRAMES - 1));
    render_matte(engine, 5, matte);
    zdepth_engine_frame_state(engine, &state);
    REQUIRE(state.is_analysed);
    REQUIRE_INT(state.shot, 0);
    REQUIRE_NEAR(state.time_s, 5.0 / 24.0, 1e-9);
    zdepth_engine_close(&engine);
    zdepth_project_destroy(&project);
}

static void another_state_of_the_project_is_seen_at_once(void)
{
    static float before[PIXELS];
    static float after[PIXELS];
    zdepth_project *project = new_project();
    zdepth_engine *engine = new_engine(project);
    NEED(zdepth_engine_analyse(engine, NULL, &error));
    render_matte(engine, 4, before);
    NEED(zdepth_project_set(project, -1, "invert", "on", 0, &error));
    NEED(zdepth_engine_set_project(engine, project, &error));
    REQUIRE(zdepth_engine_is_analysed(engine));
    render_matte(engine, 4, after);
    for (int i = 0; i < PIXELS; i++) {
        REQUIRE_NEAR(after[i], 1.0f - before[i], 0.0);
    }
    NEED(zdepth_project_add_box(project, (zdepth_box){ 0.6, 0.1, 0.1, 0.1, 0.0, false }, &error));
    NEED(zdepth_engine_set_project(engine, project, &error));
    REQUIRE(!zdepth_engine_is_analysed(engine)); /* boxes are part of it */
    NEED(zdepth_engine_analyse(engine, NULL, &error));
    zdepth_shot shot;
    REQUIRE(zdepth_engine_shot_at(engine, 0, &shot));
    REQUIRE(shot.is_selected);
    NEED(zdepth_project_set(project, -1, "footage", path_of("absent.mkv"), 0, &error));
    REQUIRE_INT(zdepth_engine_set_project(engine, project, &error), ZDEPTH_ERR_IO);
    render_matte(engine, 4, after); /* the old one is still there */
    zdepth_engine_close(&engine);
    zdepth_project_destroy(&project);
}

static void smaller_pictures_look_like_the_large_one(void)
{
    static float large[PIXELS];
    static float small[28 * 49];
    zdepth_project *project = new_project();
    zdepth_engine *engine = new_engine(project);
    NEED(zdepth_engine_analyse(engine, NULL, &error));
    render_matte(engine, 3, large);
    zdepth_request request = { .size = sizeof request,
                               .frame = 3,
                               .output = ZDEPTH_OUTPUT_MATTE,
                               .width = 49,
                               .height = 28,
                               .format = ZDEPTH_GRAY_F32,
                               .pixels = small };
    NEED(zdepth_engine_render(engine, &request, &error));
    double sums[2] = { 0.0, 0.0 };
    for (int i = 0; i < PIXELS; i++) {
        sums[0] += (double) large[i] / PIXELS;
    }
    for (int i = 0; i < 28 * 49; i++) {
        sums[1] += (double) small[i] / (28 * 49);
    }
    REQUIRE(sums[0] > 0.1);
    REQUIRE_NEAR(sums[1], sums[0], 0.02);
    zdepth_engine_close(&engine);
    zdepth_project_destroy(&project);
}

static void probe_and_histogram_tell_of_the_frame(void)
{
    static unsigned char pixels[PIXELS * 4];
    uint32_t counts[10];
    uint32_t sum = 0;
    zdepth_project *project = new_project();
    zdepth_engine *engine = new_engine(project);
    zdepth_probe near;
    zdepth_probe far;
    REQUIRE_INT(zdepth_engine_probe(engine, 0.5, 0.5, &near, &error), ZDEPTH_ERR_INVALID_ARGUMENT);
    REQUIRE_TEXT(error.message, "no frame was rendered yet");
    REQUIRE(!zdepth_engine_has_output(engine, ZDEPTH_OUTPUT_MATTE));
    NEED(zdepth_engine_analyse(engine, NULL, &error));
    zdepth_request request = { .size = sizeof request, .frame = 2, .pixels = pixels };
    NEED(zdepth_engine_render(engine, &request, &error));
    NEED(zdepth_engine_probe(engine, 28.5 / WIDTH, 30.5 / HEIGHT, &near, &error));
    NEED(zdepth_engine_probe(engine, 80.5 / WIDTH, 3.5 / HEIGHT, &far, &error));
    REQUIRE(near.normalised > 0.8 && far.normalised < 0.2 && near.depth > far.depth);
    REQUIRE_NEAR(near.matte, 1.0f, 0.0);
    REQUIRE_NEAR(far.matte, 0.0f, 0.0);
    REQUIRE_INT(lroundf(far.rgba[2] * 255.0f), 160);
    zdepth_engine_histogram(engine, 10, counts);
    for (int i = 0; i < 10; i++) {
        sum += counts[i];
    }
    REQUIRE(sum > 0 && counts[9] > 0 && counts[5] == 0);
    REQUIRE(zdepth_engine_has_output(engine, ZDEPTH_OUTPUT_MATTE));
    REQUIRE(!zdepth_engine_has_output(engine, ZDEPTH_OUTPUT_SKY)); /* of a map of depth alone */
    REQUIRE(!zdepth_engine_has_output(engine, ZDEPTH_OUTPUT_CONFIDENCE));
    static const double outside[][2] = {
        { 1.01, 0.5 }, { -0.01, 0.5 }, { 0.5, 1.01 }, { 0.5, -0.01 }, { NAN, 0.5 }
    };
    for (int i = 0; i < 5; i++) {
        REQUIRE_INT(zdepth_engine_probe(engine, outside[i][0], outside[i][1], &far, &error),
                    ZDEPTH_ERR_INVALID_ARGUMENT);
    }
    NEED(zdepth_engine_probe(engine, 0.0, 0.0, &far,
                             &error)); /* the picture's own corners are in it */
    NEED(zdepth_engine_probe(engine, 1.0, 1.0, &far, &error));
    zdepth_engine_close(&engine);
    zdepth_project_destroy(&project);
}

/* An analysis that ends takes the frame away that was rendered without it: nothing is read from it. */
static void an_analysis_takes_the_frame_away(void)
{
    static unsigned char pixels[PIXELS * 4];
    uint32_t counts[4] = { 9, 9, 9, 9 };
    zdepth_project *project = new_project();
    zdepth_engine *engine = new_engine(project);
    zdepth_request request = { .size = sizeof request, .frame = 2, .pixels = pixels };
    zdepth_frame_state state;
    zdepth_probe probe;
    NEED(zdepth_engine_render(engine, &request, &error));
    NEED(zdepth_engine_probe(engine, 0.5, 0.5, &probe, &error));
    NEED(zdepth_engine_analyse(engine, NULL, &error));
    zdepth_engine_frame_state(engine, &state);
    REQUIRE(state.frame == -1 && state.shot == -1);
    REQUIRE_INT(zdepth_engine_shot_count(engine), 2);
    REQUIRE_INT(zdepth_engine_probe(engine, 0.5, 0.5, &probe, &error), ZDEPTH_ERR_INVALID_ARGUMENT);
    REQUIRE_TEXT(error.message, "no frame was rendered yet");
    zdepth_engine_histogram(engine, 4, counts);
    REQUIRE(counts[0] == 0 && counts[3] == 0);
    REQUIRE(!zdepth_engine_has_output(engine, ZDEPTH_OUTPUT_MATTE));
    NEED(zdepth_engine_render(engine, &request, &error));
    zdepth_engine_frame_state(engine, &state);
    REQUIRE(state.frame == 2 && state.shot == 0 && state.is_analysed);
    zdepth_engine_close(&engine);
    zdepth_project_destroy(&project);
}

static void a_cancelled_call_ends(void)
{
    static float matte[PIXELS];
    zdepth_project *project = new_project();
    zdepth_engine *engine = new_engine(project);
    zdepth_cancel *cancel = zdepth_cancel_create();
    zdepth_task task = { .cancel = cancel };
    zdepth_request request = { .size = sizeof request,
                               .frame = 3,
                               .output = ZDEPTH_OUTPUT_MATTE,
                               .format = ZDEPTH_GRAY_F32,
                               .pixels = matte,
                               .cancel = cancel };
    zdepth_cancel_request(cancel);
    REQUIRE_INT(zdepth_engine_analyse(engine, &task, &error), ZDEPTH_ERR_CANCELLED);
    REQUIRE_INT(zdepth_engine_render(engine, &request, &error), ZDEPTH_ERR_CANCELLED);
    zdepth_cancel_reset(cancel);
    NEED(zdepth_engine_analyse(engine, &task, &error));
    NEED(zdepth_engine_render(engine, &request, &error));
    zdepth_cancel_destroy(&cancel);
    zdepth_engine_close(&engine);
    zdepth_project_destroy(&project);
}

/* Of the footage's size it has the file's codes; smaller ones are its averages; any order. */
static void thumbnails_are_the_footage(void)
{
    static const int64_t order[] = { 9, 2, 3, 13, 0 };
    static uint8_t whole[PIXELS * 4];
    static uint8_t codes[PIXELS * 3];
    uint8_t one[4];
    zdepth_thumbs *thumbs;
    zdepth_project *project = new_project();
    NEED(zdepth_thumbs_open(context, project, &thumbs, &error));
    for (size_t i = 0; i < sizeof order / sizeof order[0]; i++) {
        char name[64];
        double sum = 0.0;
        snprintf(name, sizeof name, "f%03d.ppm", (int) order[i]);
        FILE *file = fopen(path_of(name), "rb");
        REQUIRE(file != NULL && fseek(file, -(long) sizeof codes, SEEK_END) == 0 &&
                fread(codes, 1, sizeof codes, file) == sizeof codes);
        fclose(file);
        NEED(zdepth_thumbs_read(thumbs, order[i], WIDTH, HEIGHT, whole, &error));
        for (int p = 0; p < PIXELS; p++) {
            REQUIRE_BYTES(whole + 4 * p, codes + 3 * p, 3);
            REQUIRE_INT(whole[4 * p + 3], 255);
            sum += codes[3 * p];
        }
        NEED(zdepth_thumbs_read(thumbs, order[i], 1, 1, one, &error));
        REQUIRE_NEAR(one[0], sum / PIXELS, 1.0);
    }
    REQUIRE_INT(zdepth_thumbs_read(thumbs, FRAMES, 4, 4, whole, &error), ZDEPTH_ERR_END);
    REQUIRE_INT(zdepth_thumbs_read(thumbs, -1, 4, 4, whole, &error), ZDEPTH_ERR_INVALID_ARGUMENT);
    REQUIRE_TEXT(error.message, "there is no frame -1");
    REQUIRE_INT(zdepth_thumbs_read(thumbs, 0, 0, 4, whole, &error), ZDEPTH_ERR_INVALID_ARGUMENT);
    REQUIRE_TEXT(error.message, "a thumbnail of 0x4 is asked for; sides are 1 to 1024");
    NEED(zdepth_thumbs_read(thumbs, 1, 4, 4, whole, &error)); /* a refusal breaks nothing */
    zdepth_thumbs_close(&thumbs);
    zdepth_thumbs_close(&thumbs);
    zdepth_project_unset(project, -1, "footage");
    REQUIRE_INT(zdepth_thumbs_open(context, project, &thumbs, &error), ZDEPTH_ERR_INVALID_ARGUMENT);
    REQUIRE(thumbs == NULL);
    zdepth_project_destroy(&project);
}

int main(void)
{
    if (!open_clip()) {
        return 1;
    }
    RUN(any_order_gives_the_bits_of_the_clip_in_order);
    RUN(the_result_is_that_of_the_job);
    RUN(kept_depth_has_the_bits_of_walked_depth);
    RUN(frames_are_there_before_the_analysis_and_beside_it);
    RUN(another_state_of_the_project_is_seen_at_once);
    RUN(smaller_pictures_look_like_the_large_one);
    RUN(probe_and_histogram_tell_of_the_frame);
    RUN(an_analysis_takes_the_frame_away);
    RUN(a_cancelled_call_ends);
    RUN(thumbnails_are_the_footage);
    return close_clip();
}
