/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* What the engine opens once and keeps for later frames, by files that are made up and counted here: maps, inserts
 * and their places in the scene. Then how an analysis is told as text, and when depth is steadied. */

#include "engine/engine.h"
#include "engine/engine_steps.h"
#include "engine/network/engine_module.h"
#include "zd_test.h"

enum { WIDTH = 45, HEIGHT = 27 };

static zd_error err;
static zd_engine *engine;

/* ---- files that are made up ---- */

static struct {
    int maps_opened;
    int maps_closed;
    int inserts_opened;
    int inserts_closed;
    int inserts_seen; /* asked for a picture */
    int placed;
    int places_freed;
    bool fails;
    double time_s;
    double fps;
    char closed[8]; /* the map that was closed last */
    zd_engine_scene scene;
    const void *place; /* of the insert that was opened last */
} files;

static zd_status open_map(zd_context *ctx, const char *path, double fps, void **out, zd_error *e)
{
    if (files.fails) {
        return zd_fail(e, ZD_ERR_IO, "no map '%s'", path);
    }
    files.maps_opened++;
    files.fps = fps;
    *out = zd_strdup(ctx, path);
    return ZD_OK;
}

static zd_status map_at(void *map, double time_s, zd_image **out, zd_error *e)
{
    (void) map;
    files.time_s = time_s;
    return zd_image_create(zd_engine_context(engine), 3, 2, ZD_GRAY_F32, out, e);
}

static void close_map(void *map)
{
    files.maps_closed++;
    snprintf(files.closed, sizeof files.closed, "%s", (char *) map);
    zd_free(zd_engine_context(engine), map);
}

static zd_status place(zd_context *ctx, const zd_params *params, const zd_engine_scene *scene,
                       void **out, zd_error *e)
{
    (void) ctx;
    (void) params;
    (void) e;
    files.placed++;
    files.scene = *scene;
    *out = malloc(1);
    return ZD_OK;
}

static void free_place(void *at)
{
    files.places_freed++;
    free(at);
}

static zd_status nothing_at(void *user, double time_s, zd_rect roi, zd_composite_layer *layer,
                            zd_error *e)
{
    (void) user;
    (void) roi;
    (void) layer;
    (void) e;
    files.inserts_seen++;
    files.time_s = time_s;
    return ZD_OK;
}

static void close_insert(void *user)
{
    (void) user;
    files.inserts_closed++;
}

static zd_status open_insert(zd_context *ctx, const zd_params *params, int width, int height,
                             const void *at, zd_compositor_insert *out, zd_error *e)
{
    (void) ctx;
    REQUIRE(width == WIDTH && height == HEIGHT);
    const char *name = zd_params_text(params, ZD_P_INSERT);
    if (files.fails || strcmp(name, "missing.png") == 0) {
        return zd_fail(e, ZD_ERR_IO, "no file '%s'", name);
    }
    files.inserts_opened++;
    files.place = at;
    *out = (zd_compositor_insert){ .params = params, .at = nothing_at, .close = close_insert };
    return ZD_OK;
}

static const zd_engine_files made_up = {
    ZD_ENGINE_FILES_VERSION, open_map, map_at, close_map, place, free_place, open_insert
};

static void begin(const zd_engine_files *table)
{
    memset(&files, 0, sizeof files);
    REQUIRE_OK(zd_engine_acquire(&engine, &err));
    if (table != NULL) {
        zd_engine_set_files(engine, table);
    }
}

/* ---- maps ---- */

static zd_status see(const char *path, double fps, double time_s)
{
    zd_image *image = NULL;
    zd_status status = zd_engine_map_at(engine, path, fps, time_s, &image, &err);
    REQUIRE((image != NULL) == (status == ZD_OK));
    zd_image_unref(&image);
    return status;
}

static void release(void)
{
    zd_engine *held = engine; /* which made-up files ask for their context */
    zd_engine_release(&held);
    REQUIRE(held == NULL);
}

static void maps_stay_open(void)
{
    begin(&made_up);
    REQUIRE_OK(see("a", 25.0, 1.5));
    REQUIRE_NEAR(files.time_s, 1.5, 0);
    REQUIRE_NEAR(files.fps, 25.0, 0);
    REQUIRE_OK(see("a", 25.0, 2.0));
    REQUIRE_INT(files.maps_opened, 1);
    REQUIRE_NEAR(files.time_s, 2.0, 0);
    REQUIRE_OK(see("a", 24.0, 2.0)); /* its pictures are at other times */
    REQUIRE_INT(files.maps_opened, 2);
    files.fails = true;
    REQUIRE_FAILS(see("e", 25.0, 0.0), ZD_ERR_IO, "no map 'e'");
    files.fails = false;
    REQUIRE_OK(see("e", 25.0, 0.0));
    release();
    REQUIRE_INT(files.maps_opened, 3);
    REQUIRE_INT(files.maps_closed, 3);
}

/* Four are open; the one used longest ago goes. */
static void maps_give_way(void)
{
    begin(&made_up);
    REQUIRE_OK(see("a", 25.0, 0.0));
    REQUIRE_OK(see("a", 24.0, 0.0));
    REQUIRE_OK(see("b", 25.0, 0.0));
    REQUIRE_OK(see("c", 25.0, 0.0));
    REQUIRE_OK(see("a", 25.0, 0.0));
    REQUIRE_OK(see("a", 24.0, 0.0));
    REQUIRE_INT(files.maps_opened, 4);
    REQUIRE_INT(files.maps_closed, 0);
    REQUIRE_OK(see("d", 25.0, 0.0));
    REQUIRE_INT(files.maps_closed, 1);
    REQUIRE_TEXT(files.closed, "b");
    REQUIRE_OK(see("c", 25.0, 0.0));
    REQUIRE_INT(files.maps_opened, 5);
    release();
    REQUIRE_INT(files.maps_closed, 5);
}

static void without_files_it_is_told(void)
{
    zd_engine_files other = made_up;
    other.version++;
    begin(&other);
    REQUIRE_FAILS(see("a.png", 25.0, 0.0), ZD_ERR_MISSING,
                  "no files can be read here; give the depth map 'a.png' as the clip Depth");
    zd_engine_set_files(engine, NULL);
    zd_engine_set_files(engine, &made_up);
    REQUIRE_OK(see("a.png", 25.0, 0.0));
    release();
}

/* ---- inserts ---- */

typedef struct stage {
    zd_project project; /* its inserts */
    float map[HEIGHT][WIDTH];
    uint8_t codes[HEIGHT][WIDTH][4];
    uint8_t out[HEIGHT][WIDTH][4];
    zd_shot shot;
    zd_engine_frame frame;
    int64_t asked; /* of the clip's frames, the one that was asked for last */
} stage;

static void stage_open(stage *s)
{
    memset(s, 0, sizeof *s);
    zd_project_init(&s->project, zd_engine_context(engine));
    for (int i = 0; i < WIDTH * HEIGHT; i++) {
        s->map[i / WIDTH][i % WIDTH] = i % WIDTH < 20 ? 0.8f : 0.2f;
        memset(s->codes[i / WIDTH][i % WIDTH], 100, 4);
    }
    s->shot = (zd_shot){ .range = { 0.0f, 1.0f }, .suggested_in = 0.5f, .suggested_out = 1.0f };
    zd_view codes = { s->codes, WIDTH, HEIGHT, 4 * WIDTH, { ZD_SAMPLE_U8, 4 } };
    s->frame = (zd_engine_frame){
        .task = ZD_ENGINE_COMPOSITE,
        .footage = { .view = codes },
        .map = { .view = { s->map, WIDTH, HEIGHT, 4 * WIDTH, ZD_GRAY_F32 } },
        .inserts = &s->project,
        .params = &s->project.params,
        .shot = &s->shot,
        .time_s = 0.5,
    };
}

static zd_params *add_insert(stage *s, const char *name)
{
    zd_params *insert = NULL;
    REQUIRE_OK(zd_project_add_insert(&s->project, &insert, &err));
    REQUIRE_OK(zd_params_set_text(insert, ZD_P_INSERT, name, &err));
    return insert;
}

static zd_status render(stage *s)
{
    zd_view codes = { s->out, WIDTH, HEIGHT, 4 * WIDTH, { ZD_SAMPLE_U8, 4 } };
    zd_pixels out = { .view = codes };
    return zd_engine_render(engine, &s->frame, &out, zd_pixels_rect(&out), ZD_PIXELS_ROWS_ALL,
                            &err);
}

static void end(stage *s)
{
    zd_project_finish(&s->project);
    release();
    REQUIRE_INT(files.inserts_closed, files.inserts_opened);
    REQUIRE_INT(files.places_freed, files.placed);
}

static void inserts_stay_open(void)
{
    stage s;
    begin(&made_up);
    stage_open(&s);
    add_insert(&s, "a.png");
    zd_params *hidden = add_insert(&s, "b.png");
    REQUIRE_OK(zd_params_set_number(hidden, ZD_P_HIDE, 1, &err));
    add_insert(&s, "c.png");
    REQUIRE_OK(render(&s));
    REQUIRE_BYTES(s.out, s.codes, sizeof s.codes);
    REQUIRE_INT(files.inserts_opened, 2);
    REQUIRE_INT(files.inserts_seen, 2);
    REQUIRE_NEAR(files.time_s, 0.5, 0);
    REQUIRE(files.place == NULL);
    s.frame.time_s = 0.75; /* a later frame of the same picture */
    REQUIRE_OK(render(&s));
    REQUIRE_INT(files.inserts_opened, 2);
    REQUIRE_INT(files.inserts_seen, 4);
    REQUIRE_NEAR(files.time_s, 0.75, 0);
    end(&s);
    REQUIRE_INT(files.inserts_opened, 2);
}

static void other_inserts_are_opened(void)
{
    stage s;
    begin(&made_up);
    stage_open(&s);
    add_insert(&s, "a.png");
    add_insert(&s, "b.png");
    REQUIRE_OK(render(&s));
    REQUIRE_OK(zd_params_set_number(&s.project.inserts[1], ZD_P_X, 0.25, &err));
    REQUIRE_OK(render(&s));
    REQUIRE_INT(files.inserts_opened, 4);
    REQUIRE_INT(files.inserts_closed, 2);
    files.fails = true;
    REQUIRE_OK(zd_params_set_number(&s.project.inserts[1], ZD_P_X, 0.75, &err));
    REQUIRE_FAILS(render(&s), ZD_ERR_IO, "no file 'a.png'");
    files.fails = false;
    REQUIRE_OK(render(&s));
    REQUIRE_INT(files.inserts_opened, 6);
    end(&s);
}

/* What could not be opened is not taken for what was there: the host's own picture is laid all the same. */
static void a_failure_is_over_with_its_frame(void)
{
    for (int with_files = 0; with_files < 2; with_files++) {
        static uint8_t laid[HEIGHT][WIDTH][4];
        stage s;
        begin(with_files == 1 ? &made_up : NULL);
        stage_open(&s);
        memset(laid, 255, sizeof laid);
        zd_view codes = { laid, WIDTH, HEIGHT, 4 * WIDTH, { ZD_SAMPLE_U8, 4 } };
        s.frame.insert = (zd_pixels){ .view = codes };
        add_insert(&s, "a.png");
        add_insert(&s, "missing.png");
        for (int i = 0; i < 2; i++) {
            REQUIRE_FAILS(render(&s), with_files == 1 ? ZD_ERR_IO : ZD_ERR_MISSING,
                          with_files == 1 ? "no file 'missing.png'"
                                          : "no titles and no files can be had here; give the "
                                            "insert as the clip Foreground");
        }
        s.frame.inserts = NULL;
        REQUIRE_OK(render(&s));
        REQUIRE(s.out[5][40][1] == 255 && s.out[5][3][1] == 100); /* behind what is near */
        REQUIRE_INT(files.inserts_seen, 0);
        end(&s);
    }
}

/* ---- places ---- */

static zd_status frame_at(void *user, int64_t frame, const zd_engine_frame **out, zd_error *e)
{
    (void) e;
    stage *s = user;
    s->asked = frame;
    *out = NULL;
    return ZD_OK;
}

static void require_needed(stage *s, int64_t expected)
{
    int64_t needed[4];
    REQUIRE_INT(zd_engine_frames_needed(&s->frame, needed, 4), 1);
    REQUIRE_INT(needed[0], expected);
    REQUIRE_OK(render(s));
    REQUIRE_INT(s->asked, expected);
    REQUIRE_INT(files.scene.frame, expected);
}

/* The first frame of the shot in which an insert is on, or its camera's moment. */
static void places_are_of_one_frame(void)
{
    stage s;
    int64_t unused[4];
    begin(&made_up);
    stage_open(&s);
    s.frame.clip = (zd_engine_clip){ .at = frame_at, .user = &s, .fps = 24.0 };
    s.shot.first_frame = 12;
    zd_params *insert = add_insert(&s, "a.png");
    REQUIRE_INT(zd_engine_frames_needed(&s.frame, unused, 4), 0);
    REQUIRE_OK(render(&s));
    REQUIRE_INT(files.placed, 0);
    REQUIRE_OK(zd_params_set_number(insert, ZD_P_PLANE, ZD_LAY_WALL, &err));
    require_needed(&s, 12);
    REQUIRE(files.scene.width == WIDTH && files.scene.height == HEIGHT);
    REQUIRE(files.scene.fps == 24.0 && files.scene.on_s == 0.5 && files.scene.time_s == 0.5);
    REQUIRE(files.scene.range.furthest == 0.0f && files.scene.range.nearest == 1.0f);
    REQUIRE(files.place != NULL);
    REQUIRE_OK(zd_params_set_number(insert, ZD_P_START, 2.01, &err));
    require_needed(&s, 49); /* 48.24 is not there yet */
    REQUIRE_NEAR(files.scene.on_s, 2.01, 1e-9);
    REQUIRE_OK(zd_params_set_number(insert, ZD_P_TRACK_TIME, 3.0, &err));
    require_needed(&s, 49); /* a moment of a camera that there is not */
    REQUIRE_OK(zd_params_set_number(insert, ZD_P_TRACK, ZD_STICK_CAMERA, &err));
    require_needed(&s, 72);
    REQUIRE_INT(files.placed, 4);
    REQUIRE_OK(render(&s)); /* as before: it is kept */
    REQUIRE_INT(files.placed, 4);
    REQUIRE_OK(zd_params_set_number(insert, ZD_P_HIDE, 1, &err));
    REQUIRE_INT(zd_engine_frames_needed(&s.frame, unused, 4), 0);
    end(&s);
}

/* All that a place depends on makes another one; what it does not, none. */
static void places_see_what_changed(void)
{
    stage s;
    int placed = 1;
    begin(&made_up);
    stage_open(&s);
    s.frame.clip.fps = 24.0;
    zd_params *insert = add_insert(&s, "a.png");
    REQUIRE_OK(zd_params_set_number(insert, ZD_P_PLANE, ZD_LAY_WALL, &err));
    REQUIRE_OK(render(&s));
    for (int i = 0; i < 14; i++) {
        bool counts = true;
        switch (i) {
        case 0:
            s.shot.first_frame = 3;
            break;
        case 1:
            s.shot.range.furthest = -0.5f;
            break;
        case 2:
            s.shot.range.nearest = 2.0f;
            break;
        case 3:
            s.shot.suggested_in = 0.6f;
            break;
        case 4:
            s.shot.suggested_out = 1.5f;
            break;
        case 5:
            s.shot.suggested_probability = 0.25f;
            break;
        case 6:
            s.shot.selected = true;
            break;
        case 7:
            s.shot.selected_in = 0.3f;
            break;
        case 8:
            s.shot.selected_out = 0.9f;
            break;
        case 9:
            s.shot.selected_subject = true;
            break;
        case 10:
            s.frame.clip.fps = 25.0;
            break;
        case 11:
            REQUIRE_OK(zd_params_set_number(&s.project.params, ZD_P_CHOKE, 1.0, &err));
            break;
        case 12:
            s.map[5][40] = 0.9f;
            break;
        default:
            counts = false; /* nothing */
        }
        REQUIRE_OK(render(&s));
        placed += counts;
        if (files.placed != placed) {
            ZD_TEST_FAIL("change %d: %d places, expected %d", i, files.placed, placed);
        }
    }
    end(&s);
}

/* The module is looked for once; whoever asks then is told the same. */
static void a_module_that_is_missing_is_none(void)
{
    zd_context *ctx = zd_test_context(1);
    const char *const folders[] = { "no/such/folder", NULL };
    for (int i = 0; i < 3; i++) {
        REQUIRE(zd_engine_load_files(ctx, folders) == NULL);
    }
    zd_context_destroy(&ctx);
}

/* ---- an analysis as text ---- */

static void what_is_kept_is_told_as_text(void)
{
    zd_context *ctx = zd_test_context(1);
    zd_shot_list shots = { .ctx = ctx, .frame_count = 40 };
    zd_shot_list read = { .ctx = ctx };
    zd_engine_kept kept;
    zd_engine_kept back = { .is_known = true };
    zd_engine_kept other;
    zd_text text;
    REQUIRE_OK(zd_shot_list_add(&shots, (zd_shot){ .range = { 1.0f, 2.0f } }, &err));
    zd_engine_kept_begin(&kept, "model-a");
    zd_engine_kept_begin(&other, "model-a");
    REQUIRE(kept.is_known && memcmp(&kept.base, &other.base, sizeof kept.base) != 0);
    REQUIRE_BYTES(&kept.model, &other.model, sizeof kept.model);
    zd_digest model = zd_engine_kept_model("model-b");
    REQUIRE(memcmp(&kept.model, &model, sizeof model) != 0);
    zd_text_init(&text, ctx);
    zd_engine_kept_write(&shots, &kept, &text);
    REQUIRE_OK(zd_text_finish(&text, "x", &err));
    REQUIRE_OK(zd_engine_kept_parse(&read, &back, text.data, &err));
    REQUIRE(back.is_known && read.count == 1 && back.frame_count == 40);
    REQUIRE_BYTES(&back.base, &kept.base, sizeof kept.base);
    REQUIRE_BYTES(&back.model, &kept.model, sizeof kept.model);
    zd_shot_list_release(&read);
    for (size_t i = text.length - 132; i < text.length - 1; i++) { /* a digit that is none */
        char was = text.data[i];
        text.data[i] = 'g';
        read.ctx = ctx;
        zd_status status = zd_engine_kept_parse(&read, &back, text.data, &err);
        REQUIRE(status == ZD_ERR_CORRUPT && read.count == 0 && !back.is_known);
        text.data[i] = was;
    }
    text.data[text.length - 1] = '\0';
    read.ctx = ctx;
    REQUIRE_FAILS(zd_engine_kept_parse(&read, &back, text.data, &err), ZD_ERR_CORRUPT,
                  "the line of the steadied depth is damaged");
    zd_text_release(&text);
    zd_text_init(&text, ctx);
    kept.is_known = false;
    zd_engine_kept_write(&shots, &kept, &text);
    REQUIRE_OK(zd_text_finish(&text, "x", &err));
    read.ctx = ctx;
    REQUIRE_OK(zd_engine_kept_parse(&read, &back, text.data, &err));
    REQUIRE(!back.is_known && read.count == 1);
    zd_text_release(&text);
    zd_shot_list_release(&read);
    zd_shot_list_release(&shots);
    zd_context_destroy(&ctx);
}

static void keys_are_of_analysis_and_frame(void)
{
    zd_digest base = { { 1, 2 } };
    zd_digest other = { { 1, 3 } };
    zd_digest keys[4] = { zd_engine_kept_key(&base, 0), zd_engine_kept_key(&base, 1),
                          zd_engine_kept_key(&base, 1LL << 32), zd_engine_kept_key(&other, 0) };
    for (int i = 0; i < 4; i++) {
        for (int k = 0; k < i; k++) {
            REQUIRE(memcmp(&keys[i], &keys[k], sizeof keys[0]) != 0);
        }
    }
}

/* ---- steadying ---- */

static void steadying_follows_what_is_said(void)
{
    static const struct {
        const char *map;
        const char *strength;
        const char *edges;
        float nearness;
        bool has_edges;
    } cases[] = {
        { NULL, NULL, NULL, -1.0f, false },    { NULL, "0.5", NULL, 0.5f, false },
        { NULL, "0.5", "yes", 0.5f, true },    { NULL, "0", "yes", 0.0f, false },
        { "m.png", NULL, "yes", 0.0f, false }, { "m.png", "0.25", "yes", 0.25f, true },
    };
    zd_context *ctx = zd_test_context(1);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        zd_params p;
        zd_params_init(&p, ctx);
        if (cases[i].map != NULL) {
            REQUIRE_OK(zd_params_set_text(&p, ZD_P_DEPTH_MAP, cases[i].map, &err));
        }
        if (cases[i].strength != NULL) {
            REQUIRE_OK(zd_params_parse(&p, ZD_P_STABILISE, cases[i].strength, 25, &err));
        }
        REQUIRE_OK(zd_params_parse(&p, ZD_P_STEADY_EDGES,
                                   cases[i].edges != NULL ? cases[i].edges : "no", 25, &err));
        float is = zd_engine_steadiness(&p, ZD_DEPTH_NEARNESS);
        REQUIRE(cases[i].nearness < 0.0f ? is > 0.0f : is == cases[i].nearness);
        REQUIRE(zd_engine_steadiness(&p, ZD_DEPTH_METRES) == 0.0f);
        REQUIRE(zd_engine_steadies_edges(&p, ZD_DEPTH_NEARNESS) == cases[i].has_edges);
        REQUIRE(!zd_engine_steadies_edges(&p, ZD_DEPTH_METRES));
        zd_params_finish(&p);
    }
    zd_context_destroy(&ctx);
}

int main(void)
{
    RUN(maps_stay_open);
    RUN(maps_give_way);
    RUN(without_files_it_is_told);
    RUN(inserts_stay_open);
    RUN(other_inserts_are_opened);
    RUN(a_failure_is_over_with_its_frame);
    RUN(a_module_that_is_missing_is_none);
    RUN(places_are_of_one_frame);
    RUN(places_see_what_changed);
    RUN(what_is_kept_is_told_as_text);
    RUN(keys_are_of_analysis_and_frame);
    RUN(steadying_follows_what_is_said);
    return zd_test_finish();
}
