/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* What callers of libzdepth must keep: each call is made with each pointer NULL that may not be, and with
 * structs whose size was forgotten, is older, or newer. Nothing crashes and nothing changes; the message
 * names the function and the condition. */

#include <stddef.h>
#include <stdlib.h>
#include <unistd.h>
#include <zdepth/zdepth.h>

#include "zd_test.h"

static zdepth_error error;
static zdepth_context *context;
static char folder[] = "/tmp/zdepth-require-XXXXXX";

static void refused(zdepth_status status, const char *call, const char *condition)
{
    char expected[300];
    snprintf(expected, sizeof expected, "%.*s must be called with %s", (int) strcspn(call, "("),
             call, condition);
    REQUIRE_INT(status, ZDEPTH_ERR_INVALID_ARGUMENT);
    REQUIRE_TEXT(error.message, expected);
    error.message[0] = '\0';
}

#define REFUSED(call, condition) refused((call), #call, condition)

/* A clip of one frame with its depth, and an engine on it. */
static zdepth_project *new_project(void)
{
    zdepth_project *project;
    char path[100];
    const char *const names[] = { "footage", "depth_map" };
    REQUIRE_INT(zdepth_project_create(context, &project, &error), ZDEPTH_OK);
    for (int i = 0; i < 2; i++) {
        snprintf(path, sizeof path, "%s/%s.%s", folder, names[i], i == 0 ? "ppm" : "pgm");
        FILE *file = fopen(path, "wb");
        fprintf(file, "P%d 16 8 255\n", i == 0 ? 6 : 5);
        for (int k = 0; k < 16 * 8 * (i == 0 ? 3 : 1); k++) {
            fputc(k * 7 % 256, file);
        }
        fclose(file);
        REQUIRE_INT(zdepth_project_set(project, -1, names[i], path, 0, &error), ZDEPTH_OK);
    }
    return project;
}

static void contexts_and_projects_are_held(void)
{
    zdepth_project *project = new_project();
    zdepth_project *out = NULL;
    zdepth_key key = { 0 };
    zdepth_box box = { 0 };
    char *text;
    REFUSED(zdepth_context_create(NULL, NULL, &error), "out != NULL");
    REFUSED(zdepth_project_create(NULL, &out, &error), "context != NULL && out != NULL");
    REFUSED(zdepth_project_create(context, NULL, &error), "context != NULL && out != NULL");
    REFUSED(zdepth_project_copy(NULL, &out, &error), "project != NULL && out != NULL");
    REFUSED(zdepth_project_copy(project, NULL, &error), "project != NULL && out != NULL");
    const char *reads = "context != NULL && path != NULL && out != NULL";
    REFUSED(zdepth_project_load(NULL, "a", &out, &error), reads);
    REFUSED(zdepth_project_load(context, NULL, &out, &error), reads);
    REFUSED(zdepth_project_load(context, "a", NULL, &error), reads);
    const char *parses = "context != NULL && name != NULL && text != NULL && out != NULL";
    REFUSED(zdepth_project_parse(NULL, "a", "", &out, &error), parses);
    REFUSED(zdepth_project_parse(context, NULL, "", &out, &error), parses);
    REFUSED(zdepth_project_parse(context, "a", NULL, &out, &error), parses);
    REFUSED(zdepth_project_parse(context, "a", "", NULL, &error), parses);
    const char *saves = "project != NULL && path != NULL";
    REFUSED(zdepth_project_save(NULL, "a", &error), saves);
    REFUSED(zdepth_project_save(project, NULL, &error), saves);
    REFUSED(zdepth_project_save_carried(NULL, "a", &error), saves);
    REFUSED(zdepth_project_save_carried(project, NULL, &error), saves);
    REFUSED(zdepth_project_text(NULL, &text, &error), "project != NULL && out != NULL");
    REFUSED(zdepth_project_text(project, NULL, &error), "project != NULL && out != NULL");
    const char *sets = "project != NULL && name != NULL && text != NULL";
    REFUSED(zdepth_project_set(NULL, -1, "choke", "0", 0, &error), sets);
    REFUSED(zdepth_project_set(project, -1, NULL, "0", 0, &error), sets);
    REFUSED(zdepth_project_set(project, -1, "choke", NULL, 0, &error), sets);
    const char *gets = "project != NULL && name != NULL && out != NULL";
    REFUSED(zdepth_project_get(NULL, -1, "choke", &text, &error), gets);
    REFUSED(zdepth_project_get(project, -1, NULL, &text, &error), gets);
    REFUSED(zdepth_project_get(project, -1, "choke", NULL, &error), gets);
    const char *keys = "project != NULL && name != NULL";
    REFUSED(zdepth_project_set_key(NULL, -1, "depth_in", key, &error), keys);
    REFUSED(zdepth_project_set_key(project, -1, NULL, key, &error), keys);
    REFUSED(zdepth_project_add_insert(NULL, &(int){ 0 }, &error),
            "project != NULL && index != NULL");
    REFUSED(zdepth_project_add_insert(project, NULL, &error), "project != NULL && index != NULL");
    REFUSED(zdepth_project_add_box(NULL, box, &error), "project != NULL");
    REFUSED(zdepth_project_set_box(NULL, 0, box, &error), "project != NULL");
    REQUIRE(out == NULL);
    REQUIRE_INT(zdepth_project_insert_count(project), 0);
    REQUIRE_INT(zdepth_project_create(NULL, &out, NULL), ZDEPTH_ERR_INVALID_ARGUMENT);
    zdepth_text_free(NULL, NULL);
    zdepth_project_destroy(&project);
}

static void engines_jobs_and_models_are_held(void)
{
    zdepth_project *project = new_project();
    zdepth_engine *engine = NULL;
    zdepth_thumbs *thumbs = NULL;
    zdepth_plugins *plugins = NULL;
    zdepth_engine_options options = { .size = sizeof options, .no_cache = true };
    zdepth_probe probe;
    zdepth_effect effect;
    zdepth_model model;
    uint8_t pixel[4];
    const char *opens = "context != NULL && project != NULL && out != NULL";
    REFUSED(zdepth_engine_open(NULL, project, NULL, &engine, &error), opens);
    REFUSED(zdepth_engine_open(context, NULL, NULL, &engine, &error), opens);
    REFUSED(zdepth_engine_open(context, project, NULL, NULL, &error), opens);
    REQUIRE_INT(zdepth_engine_open(context, project, &options, &engine, &error), ZDEPTH_OK);
    REFUSED(zdepth_engine_set_project(NULL, project, &error), "engine != NULL && project != NULL");
    REFUSED(zdepth_engine_set_project(engine, NULL, &error), "engine != NULL && project != NULL");
    REFUSED(zdepth_engine_analyse(NULL, NULL, &error), "engine != NULL");
    REFUSED(zdepth_engine_render(NULL, &(zdepth_request){ 0 }, &error),
            "engine != NULL && request != NULL");
    REFUSED(zdepth_engine_render(engine, NULL, &error), "engine != NULL && request != NULL");
    REFUSED(zdepth_engine_probe(NULL, 0, 0, &probe, &error), "engine != NULL && out != NULL");
    REFUSED(zdepth_engine_probe(engine, 0, 0, NULL, &error), "engine != NULL && out != NULL");
    REFUSED(zdepth_thumbs_open(NULL, project, &thumbs, &error), opens);
    REFUSED(zdepth_thumbs_open(context, NULL, &thumbs, &error), opens);
    REFUSED(zdepth_thumbs_open(context, project, NULL, &error), opens);
    REQUIRE_INT(zdepth_thumbs_open(context, project, &thumbs, &error), ZDEPTH_OK);
    REFUSED(zdepth_thumbs_read(NULL, 0, 1, 1, pixel, &error), "thumbs != NULL && rgba != NULL");
    REFUSED(zdepth_thumbs_read(thumbs, 0, 1, 1, NULL, &error), "thumbs != NULL && rgba != NULL");
    REQUIRE_INT(zdepth_thumbs_read(thumbs, 7, 1, 1, pixel, &error), ZDEPTH_ERR_END);
    REQUIRE_TEXT(error.message, "the clip ends before frame 7");
    REFUSED(zdepth_plugins_create(NULL, &plugins, &error), "context != NULL && out != NULL");
    REFUSED(zdepth_plugins_create(context, NULL, &error), "context != NULL && out != NULL");
    REFUSED(zdepth_plugins_ask(NULL, 0, &effect, &error), "plugins != NULL && out != NULL");
    REFUSED(zdepth_job_run(NULL, project, NULL, NULL, NULL, &error),
            "context != NULL && project != NULL");
    REFUSED(zdepth_job_run(context, NULL, NULL, NULL, NULL, &error),
            "context != NULL && project != NULL");
    REFUSED(zdepth_model_at(NULL, 0, &model, &error), "context != NULL && out != NULL");
    REFUSED(zdepth_model_at(context, 0, NULL, &error), "context != NULL && out != NULL");
    const char *names = "context != NULL && name != NULL";
    REFUSED(zdepth_model_install(NULL, "a", NULL, NULL, &error), names);
    REFUSED(zdepth_model_install(context, NULL, NULL, NULL, &error), names);
    REFUSED(zdepth_model_verify(NULL, "a", &error), names);
    REFUSED(zdepth_model_verify(context, NULL, &error), names);
    REFUSED(zdepth_model_remove(NULL, "a", &error), names);
    REFUSED(zdepth_model_remove(context, NULL, &error), names);
    zdepth_thumbs_close(&thumbs);
    zdepth_engine_close(&engine);
    zdepth_project_destroy(&project);
}

static void scenes_are_held(void)
{
    zdepth_scene *scene = NULL;
    zdepth_scene_view *view = NULL;
    zdepth_scene_snap snap;
    zdepth_scene_keyframe keyframe = { 0 };
    const char *text = "frame\n  size 16 8\n";
    int node;
    if (zdepth_scene_kind_name(ZDEPTH_SCENE_FRAME)[0] == '\0') {
        SKIP("this build has no scenes");
    }
    const char *parses = "context != NULL && path != NULL && text != NULL && out != NULL";
    REFUSED(zdepth_scene_parse(NULL, "a", text, &scene, &error), parses);
    REFUSED(zdepth_scene_parse(context, NULL, text, &scene, &error), parses);
    REFUSED(zdepth_scene_parse(context, "a", NULL, &scene, &error), parses);
    REFUSED(zdepth_scene_parse(context, "a", text, NULL, &error), parses);
    const char *reads = "context != NULL && path != NULL && out != NULL";
    REFUSED(zdepth_scene_load(NULL, "a", &scene, &error), reads);
    REFUSED(zdepth_scene_load(context, NULL, &scene, &error), reads);
    REFUSED(zdepth_scene_load(context, "a", NULL, &error), reads);
    REFUSED(zdepth_scene_save(NULL, "a", &error), "scene != NULL && path != NULL");
    REFUSED(zdepth_scene_check(NULL, &error), "scene != NULL");
    REFUSED(zdepth_scene_add(NULL, ZDEPTH_SCENE_AXIS, &node, &error),
            "scene != NULL && node != NULL");
    REFUSED(zdepth_scene_add_map(NULL, 0, ZDEPTH_SCENE_AOV, -1, &node, &error),
            "scene != NULL && node != NULL");
    REFUSED(zdepth_scene_create_map(NULL, 0, &(bool){ false }, &error),
            "scene != NULL && made != NULL");
    REFUSED(zdepth_scene_remove(NULL, 1, &error), "scene != NULL");
    REFUSED(zdepth_scene_rename(NULL, 1, "a", &error), "scene != NULL && name != NULL");
    REFUSED(zdepth_scene_set(NULL, 1, "position", NULL, &error), "scene != NULL && key != NULL");
    REFUSED(zdepth_scene_get(NULL, 1, "position", NULL, &error),
            "scene != NULL && key != NULL && out != NULL");
    REFUSED(zdepth_scene_set_keyframe(NULL, 1, "position", 0, keyframe, &error),
            "scene != NULL && key != NULL");
    REFUSED(zdepth_scene_remove_keyframe(NULL, 1, "position", 0, 0, &error),
            "scene != NULL && key != NULL");
    REFUSED(zdepth_scene_view_open(NULL, NULL, &view, &error), "context != NULL && out != NULL");
    REFUSED(zdepth_scene_view_open(context, NULL, NULL, &error), "context != NULL && out != NULL");
    REFUSED(zdepth_scene_view_set(NULL, NULL, &error), "view != NULL && scene != NULL");
    REFUSED(zdepth_scene_view_render(NULL, &(zdepth_scene_request){ 0 }, &error),
            "view != NULL && request != NULL");
    REFUSED(zdepth_scene_view_snap(NULL, 0, 0, 0, &snap, &error), "view != NULL && out != NULL");
    REFUSED(zdepth_scene_run(NULL, NULL, NULL, NULL, &error), "scene != NULL");
    REQUIRE(scene == NULL && view == NULL);
}

static void a_struct_tells_its_size(void)
{
    zdepth_project *project = new_project();
    zdepth_engine *engine = NULL;
    zdepth_engine_options forgotten = { .no_cache = true };
    struct {
        zdepth_engine_options known;
        int added;
    } newer = { { .size = sizeof newer, .no_cache = true }, 0 };
    REQUIRE_INT(zdepth_engine_open(context, project, &forgotten, &engine, &error),
                ZDEPTH_ERR_INVALID_ARGUMENT);
    REQUIRE_TEXT(error.message, "the size of a zdepth_engine_options is 0; set it to "
                                "sizeof(zdepth_engine_options)");
    forgotten.size = (size_t) -1;
    REQUIRE_INT(zdepth_engine_open(context, project, &forgotten, &engine, &error),
                ZDEPTH_ERR_INVALID_ARGUMENT);
    REQUIRE(engine == NULL);
    newer.added = 1;
    REQUIRE_INT(zdepth_engine_open(context, project, &newer.known, &engine, &error),
                ZDEPTH_ERR_UNSUPPORTED);
    REQUIRE(
        strstr(error.message, "a zdepth_engine_options of 32 bytes asks for what this library, ") ==
        error.message);
    newer.added = 0;
    REQUIRE_INT(zdepth_engine_open(context, project, &newer.known, &engine, &error), ZDEPTH_OK);
    REQUIRE_INT(zdepth_engine_render(engine, &(zdepth_request){ 0 }, &error),
                ZDEPTH_ERR_INVALID_ARGUMENT);
    REQUIRE_TEXT(error.message,
                 "the size of a zdepth_request is 0; set it to sizeof(zdepth_request)");
    REQUIRE_INT(zdepth_job_run(context, project, &(zdepth_job_options){ 0 }, NULL, NULL, &error),
                ZDEPTH_ERR_INVALID_ARGUMENT);
    REQUIRE_INT(zdepth_model_install(context, "tiny", &(zdepth_install_options){ 0 }, NULL, &error),
                ZDEPTH_ERR_INVALID_ARGUMENT);
    zdepth_engine_close(&engine);
    zdepth_project_destroy(&project);
}

static void numbers_of_no_enum_are_refused(void)
{
    zdepth_project *project = new_project();
    zdepth_effect effect = { .name = "left" };
    zdepth_effect_param param = { .name = "left" };
    zdepth_key key = { 1.0, 0.5, (zdepth_ease) 3 };
    REQUIRE_INT(zdepth_project_set_key(project, -1, "depth_in", key, &error),
                ZDEPTH_ERR_INVALID_ARGUMENT);
    REQUIRE_TEXT(error.message, "a key of depth_in has no ease 3");
    REQUIRE_INT(zdepth_project_key_count(project, -1, "depth_in"), 0);
    key.ease = ZDEPTH_EASE_SMOOTH;
    REQUIRE_INT(zdepth_project_set_key(project, -1, "depth_in", key, &error), ZDEPTH_OK);
    REQUIRE(!zdepth_effect_at(-1, &effect) && effect.name == NULL);
    REQUIRE(!zdepth_effect_param_at(0, 1000, &param) && param.name == NULL);
    zdepth_project_destroy(&project);
}

int main(void)
{
    char command[64];
    if (mkdtemp(folder) == NULL || zdepth_context_create(NULL, &context, &error) != ZDEPTH_OK) {
        return 1;
    }
    RUN(contexts_and_projects_are_held);
    RUN(engines_jobs_and_models_are_held);
    RUN(scenes_are_held);
    RUN(a_struct_tells_its_size);
    RUN(numbers_of_no_enum_are_refused);
    zdepth_context_destroy(&context);
    snprintf(command, sizeof command, "rm -r %s", folder);
    return system(command) != 0 ? 1 : zd_test_finish();
}
