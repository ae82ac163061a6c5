/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* libzdepth through its installed headers alone: edits of a project, its table of parameters, effects, and what is
 * refused. */

#include "api_clip.h"

static void what_cannot_be_is_refused(void)
{
    static float pixels[PIXELS];
    zdepth_project *project = new_project();
    zdepth_engine *engine = new_engine(project);
    zdepth_request request = { .size = sizeof request, .pixels = pixels };
    REQUIRE_INT(zdepth_project_set(project, -1, "nonsense", "1", 0, &error),
                ZDEPTH_ERR_INVALID_ARGUMENT);
    REQUIRE_TEXT(error.message, "there is no parameter 'nonsense'");
    REQUIRE_INT(zdepth_project_set(project, -1, "title", "A", 0, &error),
                ZDEPTH_ERR_INVALID_ARGUMENT);
    REQUIRE_TEXT(error.message, "'title' is a parameter of inserts, not of the project");
    REQUIRE_INT(zdepth_project_set(project, 0, "title", "A", 0, &error),
                ZDEPTH_ERR_INVALID_ARGUMENT);
    for (int i = 0; i < 2; i++) {
        request.output = (zdepth_output) (i == 0 ? -1 : 1000);
        REQUIRE_INT(zdepth_engine_render(engine, &request, &error), ZDEPTH_ERR_INVALID_ARGUMENT);
        REQUIRE_TEXT(error.message, i == 0 ? "there is no output -1" : "there is no output 1000");
        request.output = ZDEPTH_OUTPUT_RESULT;
        request.format = (zdepth_format) (i == 0 ? -1 : ZDEPTH_GRAY_F32 + 1);
        REQUIRE_INT(zdepth_engine_render(engine, &request, &error), ZDEPTH_ERR_INVALID_ARGUMENT);
        REQUIRE(strncmp(error.message, "there is no format ", 19) == 0);
        request.format = ZDEPTH_RGBA_8;
    }
    request.output = ZDEPTH_OUTPUT_DEPTH_VALUES;
    REQUIRE_INT(zdepth_engine_render(engine, &request, &error), ZDEPTH_ERR_INVALID_ARGUMENT);
    REQUIRE_TEXT(error.message, "depth values are gray; ask for ZDEPTH_GRAY_F32");
    request.format = ZDEPTH_GRAY_F32;
    request.stride_bytes = 8;
    REQUIRE_INT(zdepth_engine_render(engine, &request, &error), ZDEPTH_ERR_INVALID_ARGUMENT);
    REQUIRE_TEXT(error.message, "a row of 388 bytes does not fit into a stride of 8");
    request.stride_bytes = 0;
    request.width = 20;
    REQUIRE_INT(zdepth_engine_render(engine, &request, &error), ZDEPTH_ERR_INVALID_ARGUMENT);
    REQUIRE_TEXT(error.message, "a picture of 20x0 is asked for");
    request.width = 0;
    request.frame = FRAMES;
    REQUIRE_INT(zdepth_engine_render(engine, &request, &error), ZDEPTH_ERR_END);
    request.frame = -1;
    REQUIRE_INT(zdepth_engine_render(engine, &request, &error), ZDEPTH_ERR_INVALID_ARGUMENT);
    zdepth_engine_close(&engine);
    REQUIRE(engine == NULL);
    zdepth_engine_close(&engine);
    zdepth_project_destroy(&project);
}

static void an_insert_of_nothing_is_refused(void)
{
    static unsigned char pixels[PIXELS * 4];
    zdepth_project *project = new_project();
    zdepth_request request = { .size = sizeof request, .pixels = pixels };
    int insert;
    NEED(zdepth_project_add_insert(project, &insert, &error));
    NEED(zdepth_project_set(project, insert, "title", "A", 0, &error));
    zdepth_engine *engine = new_engine(project);
    NEED(zdepth_engine_render(engine, &request, &error));
    zdepth_project_unset(project, insert, "title");
    NEED(zdepth_engine_set_project(engine, project, &error));
    REQUIRE_INT(zdepth_engine_render(engine, &request, &error), ZDEPTH_ERR_INVALID_ARGUMENT);
    REQUIRE_TEXT(error.message,
                 "an insert has neither a title nor a file; set 'title' or 'insert' in it");
    zdepth_engine_close(&engine);
    zdepth_project_destroy(&project);
}

static void keys_boxes_and_inserts_are_edited(void)
{
    zdepth_project *project = new_project();
    zdepth_project *copy;
    zdepth_key key;
    zdepth_box box;
    char *text;
    char *other;
    int index;
    NEED(zdepth_project_set_key(project, -1, "feather",
                                (zdepth_key){ 2.0, 0.5, ZDEPTH_EASE_SMOOTH }, &error));
    NEED(zdepth_project_set_key(project, -1, "feather",
                                (zdepth_key){ 1.0, 1.5, ZDEPTH_EASE_LINEAR }, &error));
    NEED(zdepth_project_set_key(project, -1, "feather", (zdepth_key){ 2.0, 0.7, ZDEPTH_EASE_HOLD },
                                &error));
    REQUIRE_INT(zdepth_project_key_count(project, -1, "feather"), 2);
    REQUIRE(zdepth_project_key_at(project, -1, "feather", 1, &key));
    REQUIRE_NEAR(key.value, 0.7, 0.0);
    REQUIRE_INT(key.ease, ZDEPTH_EASE_HOLD);
    REQUIRE_NEAR(zdepth_project_number(project, -1, "feather", 1.5), 1.1, 1e-12);
    REQUIRE_INT(zdepth_project_set_key(project, -1, "feather", (zdepth_key){ 0.0, 9.0, 0 }, &error),
                ZDEPTH_ERR_INVALID_ARGUMENT);
    REQUIRE_INT(zdepth_project_set_key(project, -1, "model", (zdepth_key){ 0.0, 0.0, 0 }, &error),
                ZDEPTH_ERR_INVALID_ARGUMENT);
    REQUIRE_TEXT(error.message, "model cannot change over time");
    zdepth_project_remove_key(project, -1, "feather", 0);
    zdepth_project_remove_key(project, -1, "feather", 0);
    REQUIRE_INT(zdepth_project_key_count(project, -1, "feather"), 0);
    REQUIRE_NEAR(zdepth_project_number(project, -1, "feather", 9.0), 0.7, 0.0);
    for (int i = 0; i < 3; i++) {
        char name[2] = { (char) ('A' + i), '\0' };
        NEED(zdepth_project_add_insert(project, &index, &error));
        REQUIRE_INT(index, i);
        NEED(zdepth_project_set(project, i, "title", name, 0, &error));
    }
    zdepth_project_move_insert(project, 0, 2); /* B C A */
    zdepth_project_remove_insert(project, 1);  /* B A */
    NEED(zdepth_project_get(project, 1, "title", &text, &error));
    REQUIRE_TEXT(text, "A");
    zdepth_text_free(context, text);
    NEED(zdepth_project_add_box(project, (zdepth_box){ 0.1, 0.2, 0.3, 0.4, 1.0, true }, &error));
    NEED(zdepth_project_set_box(project, 0, (zdepth_box){ 0.2, 0.2, 0.3, 0.4, 1.5, true }, &error));
    REQUIRE(zdepth_project_box_at(project, 0, &box));
    REQUIRE_NEAR(box.time_s, 1.5, 0.0);
    REQUIRE_INT(
        zdepth_project_set_box(project, 0, (zdepth_box){ 0.9, 0.2, 0.3, 0.4, 1.5, true }, &error),
        ZDEPTH_ERR_INVALID_ARGUMENT);
    NEED(zdepth_project_copy(project, &copy, &error));
    NEED(zdepth_project_text(project, &text, &error));
    NEED(zdepth_project_text(copy, &other, &error));
    REQUIRE_TEXT(other, text);
    zdepth_text_free(context, other);
    zdepth_project_destroy(&copy);
    NEED(zdepth_project_parse(context, "copy", text, &copy, &error));
    NEED(zdepth_project_text(copy, &other, &error));
    REQUIRE_TEXT(other, text);
    zdepth_text_free(context, text);
    zdepth_text_free(context, other);
    zdepth_project_destroy(&copy);
    zdepth_project_destroy(&project);
    REQUIRE_INT(zdepth_project_parse(context, "bad", "zdepth project 1\nx = 1\n", &copy, &error),
                ZDEPTH_ERR_CORRUPT);
    REQUIRE(copy == NULL && strncmp(error.message, "bad:2:", 6) == 0);
}

static void the_table_can_be_read(void)
{
    zdepth_param param;
    zdepth_model model;
    REQUIRE(zdepth_param_count() > 50);
    for (int i = 0; i < zdepth_param_count(); i++) {
        char *text;
        zdepth_project *project = new_project();
        REQUIRE(zdepth_param_at(i, &param));
        REQUIRE(param.help[0] != '\0' && param.label[0] != '\0');
        int insert = param.group == ZDEPTH_GROUP_INSERT ? 0 : -1;
        int index;
        NEED(zdepth_project_add_insert(project, &index, &error));
        zdepth_project_unset(project, insert, param.name);
        NEED(zdepth_project_get(project, insert, param.name, &text, &error));
        if (text[0] != '\0') { /* what is said to be initial can be set */
            NEED(zdepth_project_set(project, insert, param.name, text, 24, &error));
        }
        zdepth_text_free(context, text);
        zdepth_project_destroy(&project);
    }
    REQUIRE(!zdepth_param_at(-1, &param) && !zdepth_param_at(zdepth_param_count(), &param));
    REQUIRE(zdepth_param_find("depth-in", &param));
    REQUIRE_TEXT(param.name, "depth_in");
    REQUIRE(zdepth_model_count() > 2);
    NEED(zdepth_model_at(context, 0, &model, &error));
    REQUIRE(model.name[0] != '\0');
    REQUIRE_INT(zdepth_model_install(context, "no such", NULL, NULL, &error),
                ZDEPTH_ERR_INVALID_ARGUMENT);
    REQUIRE_TEXT(error.message, "there is no model 'no such'");
}

/* Effects and their parameters are counted from 0, and end. */
static void effects_can_be_listed(void)
{
    zdepth_effect effect;
    zdepth_effect_param param;
    int effects = 0;
    for (; zdepth_effect_at(effects, &effect); effects++) {
        int params = 0;
        REQUIRE(effect.name[0] != '\0');
        REQUIRE_INT(zdepth_effect_find(effect.name), effects);
        for (; params < 1000 && zdepth_effect_param_at(effects, params, &param); params++) {
            REQUIRE(param.name[0] != '\0');
        }
        REQUIRE(params < 1000 && !zdepth_effect_param_at(effects, params + 1, &param));
        REQUIRE(!zdepth_effect_param_at(effects, -1, &param));
    }
    REQUIRE(effects > 10 && !zdepth_effect_at(-1, &effect));
    REQUIRE(!zdepth_effect_param_at(-1, 0, &param) && !zdepth_effect_param_at(effects, 0, &param));
    REQUIRE_INT(zdepth_effect_find("no such"), -1);
}

/* Plug-ins of this machine, whichever there are: what one that can be asked tells, and that a refusal tells nothing. */
static void plugins_of_the_system_are_asked(void)
{
    static const zdepth_effect untouched = { .name = "untouched", .param_count = -7 };
    zdepth_plugins *plugins;
    NEED(zdepth_plugins_create(context, &plugins, &error));
    int count = zdepth_plugins_count(plugins);
    REQUIRE(zdepth_plugins_name(plugins, -1) == NULL);
    REQUIRE(zdepth_plugins_name(plugins, count) == NULL);
    for (int i = -1, filters = 0; i <= count && filters < 3; i++) {
        zdepth_effect effect = untouched;
        zdepth_effect_param param;
        if (zdepth_plugins_ask(plugins, i, &effect, &error) != ZDEPTH_OK) {
            char wanted[80];
            snprintf(wanted, sizeof wanted, "there is no plug-in %d; there are %d", i, count);
            bool is_there = i >= 0 && i < count;
            REQUIRE(is_there == (strcmp(error.message, wanted) != 0));
            REQUIRE_TEXT(effect.name, "untouched");
            REQUIRE_INT(effect.param_count, -7);
            continue;
        }
        filters++;
        REQUIRE_TEXT(effect.name, zdepth_plugins_name(plugins, i));
        REQUIRE_INT(effect.source, ZDEPTH_EFFECT_FREI0R);
        REQUIRE(effect.param_count >= 0);
        for (int k = 0; k < effect.param_count; k++) {
            REQUIRE(zdepth_plugins_param_at(plugins, i, k, &param) && param.name[0] != '\0');
        }
        REQUIRE(!zdepth_plugins_param_at(plugins, i, effect.param_count, &param));
    }
    zdepth_plugins_destroy(&plugins);
    REQUIRE(plugins == NULL);
    zdepth_plugins_destroy(&plugins);
}

static void a_struct_of_an_older_header_still_works(void)
{
    zdepth_context *other;
    zdepth_context_options options = { .size = offsetof(zdepth_context_options, log),
                                       .threads = 2,
                                       .log = (zdepth_log_fn) 1 };
    NEED(zdepth_context_create(&options, &other, &error));
    zdepth_context_destroy(&other);
    options.threads = 1000;
    REQUIRE_INT(zdepth_context_create(&options, &other, &error), ZDEPTH_ERR_INVALID_ARGUMENT);
    REQUIRE_TEXT(error.message, "threads is 1000; it must be 0 to 256");
    REQUIRE_TEXT(zdepth_version(), "0.1.0");
}

int main(void)
{
    if (!open_clip()) {
        return 1;
    }
    RUN(what_cannot_be_is_refused);
    RUN(an_insert_of_nothing_is_refused);
    RUN(keys_boxes_and_inserts_are_edited);
    RUN(the_table_can_be_read);
    RUN(effects_can_be_listed);
    RUN(plugins_of_the_system_are_asked);
    RUN(a_struct_of_an_older_header_still_works);
    return close_clip();
}
