/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* libzdepth: projects by name and text. */

#include <stdlib.h>
#include <string.h>

#include "api/api_internal.h"

static zdepth_status no_memory(zdepth_error *err)
{
    return zd_api_refuse(err, ZDEPTH_ERR_NO_MEMORY, "not enough memory for the project");
}

static zdepth_project *make(zdepth_context *context)
{
    zdepth_project *project = calloc(1, sizeof *project);
    if (project != NULL) {
        project->context = context;
        zd_project_init(&project->core, context->core);
    }
    return project;
}

zdepth_status zdepth_project_create(zdepth_context *context, zdepth_project **out,
                                    zdepth_error *err)
{
    ZD_API_REQUIRE(err, context != NULL && out != NULL);
    *out = make(context);
    return *out != NULL ? ZDEPTH_OK : no_memory(err);
}

zdepth_status zdepth_project_copy(const zdepth_project *project, zdepth_project **out,
                                  zdepth_error *err)
{
    ZD_API_REQUIRE(err, project != NULL && out != NULL);
    zd_error error = { 0 };
    *out = make(project->context);
    if (*out == NULL) {
        return no_memory(err);
    }
    zd_status status = zd_project_copy(&project->core, &(*out)->core, &error);
    if (status != ZD_OK) {
        zdepth_project_destroy(out);
    }
    return zd_api_answer(status, &error, err);
}

void zdepth_project_destroy(zdepth_project **project)
{
    if (*project != NULL) {
        zd_project_finish(&(*project)->core);
        free(*project);
        *project = NULL;
    }
}

zdepth_status zdepth_project_load(zdepth_context *context, const char *path, zdepth_project **out,
                                  zdepth_error *err)
{
    ZD_API_REQUIRE(err, context != NULL && path != NULL && out != NULL);
    zd_error error = { 0 };
    *out = make(context);
    if (*out == NULL) {
        return no_memory(err);
    }
    zd_status status = zd_project_load(&(*out)->core, path, &error);
    if (status != ZD_OK) {
        zdepth_project_destroy(out);
    }
    return zd_api_answer(status, &error, err);
}

zdepth_status zdepth_project_parse(zdepth_context *context, const char *name, const char *text,
                                   zdepth_project **out, zdepth_error *err)
{
    ZD_API_REQUIRE(err, context != NULL && name != NULL && text != NULL && out != NULL);
    zd_error error = { 0 };
    *out = make(context);
    if (*out == NULL) {
        return no_memory(err);
    }
    zd_status status = zd_project_parse(&(*out)->core, name, text, &error);
    if (status != ZD_OK) {
        zdepth_project_destroy(out);
    }
    return zd_api_answer(status, &error, err);
}

zdepth_status zdepth_project_save(const zdepth_project *project, const char *path,
                                  zdepth_error *err)
{
    ZD_API_REQUIRE(err, project != NULL && path != NULL);
    zd_error error = { 0 };
    return zd_api_answer(zd_project_save(&project->core, path, &error), &error, err);
}

zdepth_status zdepth_project_save_carried(const zdepth_project *project, const char *path,
                                          zdepth_error *err)
{
    ZD_API_REQUIRE(err, project != NULL && path != NULL);
    zd_error error = { 0 };
    return zd_api_answer(zd_project_save_carried(&project->core, path, &error), &error, err);
}

/* Gives the text away, or an empty one where nothing was written. */
static zdepth_status give_text(zdepth_context *context, zd_text *text, char **out,
                               zdepth_error *err)
{
    zd_error error = { 0 };
    zd_status status = zd_text_finish(text, "the text", &error);
    *out = NULL;
    if (status == ZD_OK && text->data == NULL) {
        *out = zd_strdup(context->core, "");
        status = *out != NULL ? ZD_OK : zd_fail_memory(&error, "the text");
    } else if (status == ZD_OK) {
        *out = text->data;
        text->data = NULL;
    }
    zd_text_release(text);
    return zd_api_answer(status, &error, err);
}

zdepth_status zdepth_project_text(const zdepth_project *project, char **out, zdepth_error *err)
{
    ZD_API_REQUIRE(err, project != NULL && out != NULL);
    zd_text text;
    zd_text_init(&text, project->context->core);
    zd_project_write(&project->core, &text);
    return give_text(project->context, &text, out, err);
}

/* ---- values ---- */

/* The values that a name belongs to; NULL when there is none of that name or insert. */
static zd_params *find(const zdepth_project *project, int insert, const char *name, zd_param_id *id)
{
    zd_project *core = (zd_project *) &project->core;
    *id = zd_param_find(name);
    if (*id == ZD_PARAM_COUNT || insert < ZDEPTH_PROJECT_ITSELF || insert >= core->insert_count) {
        return NULL;
    }
    bool of_insert = zd_param_describe(*id)->group == ZD_GROUP_INSERT;
    if (of_insert != (insert >= 0)) {
        return NULL;
    }
    return of_insert ? &core->inserts[insert] : &core->params;
}

static zdepth_status unknown(const char *name, int insert, zdepth_error *err)
{
    if (zd_param_find(name) == ZD_PARAM_COUNT) {
        return zd_api_refuse(err, ZDEPTH_ERR_INVALID_ARGUMENT, "there is no parameter '%s'", name);
    }
    if (insert >= 0) {
        return zd_api_refuse(err, ZDEPTH_ERR_INVALID_ARGUMENT,
                             "'%s' is no parameter of inserts, or there is no insert %d", name,
                             insert);
    }
    return zd_api_refuse(err, ZDEPTH_ERR_INVALID_ARGUMENT,
                         "'%s' is a parameter of inserts, not of the project", name);
}

zdepth_status zdepth_project_set(zdepth_project *project, int insert, const char *name,
                                 const char *text, double fps, zdepth_error *err)
{
    ZD_API_REQUIRE(err, project != NULL && name != NULL && text != NULL);
    zd_param_id id;
    zd_error error = { 0 };
    zd_params *params = find(project, insert, name, &id);
    if (params == NULL) {
        return unknown(name, insert, err);
    }
    return zd_api_answer(zd_params_parse(params, id, text, fps, &error), &error, err);
}

void zdepth_project_unset(zdepth_project *project, int insert, const char *name)
{
    zd_param_id id;
    zd_params *params = find(project, insert, name, &id);
    if (params != NULL) {
        zd_params_unset(params, id);
    }
}

bool zdepth_project_is_set(const zdepth_project *project, int insert, const char *name)
{
    zd_param_id id;
    const zd_params *params = find(project, insert, name, &id);
    return params != NULL && zd_params_is_set(params, id);
}

static void write_initial(const zd_param_desc *desc, zd_text *out)
{
    switch (desc->type) {
    case ZD_PARAM_BOOL:
        zd_text_add(out, desc->initial >= 0.5 ? "on" : "off");
        break;
    case ZD_PARAM_CHOICE:
        zd_text_add(out, desc->choices[(int) desc->initial]);
        break;
    case ZD_PARAM_TEXT:
    case ZD_PARAM_PATH:
    case ZD_PARAM_COLOUR:
        zd_text_add(out, desc->initial_text != NULL ? desc->initial_text : "");
        break;
    case ZD_PARAM_INT:
    case ZD_PARAM_NUMBER:
    case ZD_PARAM_TIME:
        zd_text_json_number(out, desc->initial);
        break;
    }
}

zdepth_status zdepth_project_get(const zdepth_project *project, int insert, const char *name,
                                 char **out, zdepth_error *err)
{
    ZD_API_REQUIRE(err, project != NULL && name != NULL && out != NULL);
    zd_param_id id;
    zd_text text;
    const zd_params *params = find(project, insert, name, &id);
    *out = NULL;
    if (params == NULL) {
        return unknown(name, insert, err);
    }
    zd_text_init(&text, project->context->core);
    if (zd_params_is_set(params, id)) {
        zd_params_write(params, id, &text);
    } else {
        write_initial(zd_param_describe(id), &text);
    }
    return give_text(project->context, &text, out, err);
}

double zdepth_project_number(const zdepth_project *project, int insert, const char *name,
                             double time_s)
{
    zd_param_id id;
    const zd_params *params = find(project, insert, name, &id);
    return params != NULL ? zd_params_number(params, id, time_s) : 0.0;
}

/* ---- keys ---- */

int zdepth_project_key_count(const zdepth_project *project, int insert, const char *name)
{
    zd_param_id id;
    const zd_params *params = find(project, insert, name, &id);
    return params != NULL ? zd_params_key_count(params, id) : 0;
}

bool zdepth_project_key_at(const zdepth_project *project, int insert, const char *name, int index,
                           zdepth_key *out)
{
    zd_param_id id;
    const zd_params *params = find(project, insert, name, &id);
    const zd_key *key = params != NULL ? zd_params_key_at(params, id, index) : NULL;
    *out = key != NULL ? (zdepth_key){ key->time_s, key->value, (zdepth_ease) key->ease }
                       : (zdepth_key){ 0 };
    return key != NULL;
}

zdepth_status zdepth_project_set_key(zdepth_project *project, int insert, const char *name,
                                     zdepth_key key, zdepth_error *err)
{
    ZD_API_REQUIRE(err, project != NULL && name != NULL);
    zd_param_id id;
    zd_error error = { 0 };
    zd_params *params = find(project, insert, name, &id);
    if (params == NULL) {
        return unknown(name, insert, err);
    }
    zd_key inner = { key.time_s, key.value, (zd_ease) key.ease };
    return zd_api_answer(zd_params_set_key(params, id, inner, &error), &error, err);
}

void zdepth_project_remove_key(zdepth_project *project, int insert, const char *name, int index)
{
    zd_param_id id;
    zd_params *params = find(project, insert, name, &id);
    if (params != NULL) {
        zd_params_remove_key(params, id, index);
    }
}

/* ---- inserts and boxes ---- */

int zdepth_project_insert_count(const zdepth_project *project)
{
    return project->core.insert_count;
}

zdepth_status zdepth_project_add_insert(zdepth_project *project, int *index, zdepth_error *err)
{
    ZD_API_REQUIRE(err, project != NULL && index != NULL);
    zd_params *added;
    zd_error error = { 0 };
    *index = project->core.insert_count;
    return zd_api_answer(zd_project_add_insert(&project->core, &added, &error), &error, err);
}

void zdepth_project_remove_insert(zdepth_project *project, int index)
{
    zd_project_remove_insert(&project->core, index);
}

void zdepth_project_move_insert(zdepth_project *project, int from, int to)
{
    zd_project_move_insert(&project->core, from, to);
}

static zd_box inner_box(const zdepth_box *box)
{
    return (zd_box){ box->x, box->y, box->width, box->height, box->time_s, box->subtract };
}

int zdepth_project_box_count(const zdepth_project *project)
{
    return project->core.box_count;
}

bool zdepth_project_box_at(const zdepth_project *project, int index, zdepth_box *out)
{
    *out = (zdepth_box){ 0 };
    if (index < 0 || index >= project->core.box_count) {
        return false;
    }
    const zd_box *box = &project->core.boxes[index];
    *out = (zdepth_box){ box->x, box->y, box->width, box->height, box->time_s, box->subtract };
    return true;
}

zdepth_status zdepth_project_add_box(zdepth_project *project, zdepth_box box, zdepth_error *err)
{
    ZD_API_REQUIRE(err, project != NULL);
    zd_error error = { 0 };
    zd_box inner = inner_box(&box);
    zd_status status = zd_box_check(&inner, &error);
    if (status == ZD_OK) {
        status = zd_project_add_box(&project->core, inner, &error);
    }
    return zd_api_answer(status, &error, err);
}

zdepth_status zdepth_project_set_box(zdepth_project *project, int index, zdepth_box box,
                                     zdepth_error *err)
{
    ZD_API_REQUIRE(err, project != NULL);
    zd_error error = { 0 };
    zd_box inner = inner_box(&box);
    if (index < 0 || index >= project->core.box_count) {
        return zd_api_refuse(err, ZDEPTH_ERR_INVALID_ARGUMENT, "there is no selection box %d",
                             index);
    }
    zd_status status = zd_box_check(&inner, &error);
    if (status == ZD_OK) {
        project->core.boxes[index] = inner;
    }
    return zd_api_answer(status, &error, err);
}

void zdepth_project_remove_box(zdepth_project *project, int index)
{
    zd_project_remove_box(&project->core, index);
}
