/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* The project file: reading with a place for every complaint, and writing. */

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "core/file.h"
#include "core/part.h"
#include "core/words.h"
#include "project/project_paths.h"

static const char first_line[] = "zdepth project 1";
static const char config_line[] = "zdepth config 1";

typedef enum section {
    SECTION_PLAIN, /* before any heading, and every parameter group but inserts */
    SECTION_INSERT,
    SECTION_SELECT,
} section;

typedef struct reader {
    zd_project *project;
    const char *name;
    const char *first_line;
    int line;
    section section;
    zd_param_group group; /* of SECTION_PLAIN; ZD_GROUP_COUNT before any heading */
    zd_params *insert;
    bool is_file; /* `name` is its path */
    zd_error *err;
} reader;

static zd_status complain(reader *r, zd_status status, int column)
{
    return zd_fail_context(r->err, status, "%s:%d:%d", r->name, r->line, column + 1);
}

static zd_status read_heading(reader *r, char *text)
{
    size_t length = strlen(text);
    if (text[length - 1] != ']') {
        zd_fail(r->err, ZD_ERR_CORRUPT, "a heading ends with ']'");
        return complain(r, ZD_ERR_CORRUPT, (int) length);
    }
    text[length - 1] = '\0';
    const char *heading = text + 1;
    r->section = SECTION_PLAIN;
    if (strcmp(heading, "select") == 0) {
        r->section = SECTION_SELECT;
        return ZD_OK;
    }
    if (strcmp(heading, "title") == 0 || strcmp(heading, "insert") == 0) {
        r->section = SECTION_INSERT;
        zd_status status = zd_project_add_insert(r->project, &r->insert, r->err);
        return status == ZD_OK ? ZD_OK : complain(r, status, 0);
    }
    for (int group = 0; group < ZD_GROUP_COUNT; group++) {
        if (group != ZD_GROUP_INSERT &&
            strcmp(heading, zd_param_group_name((zd_param_group) group)) == 0) {
            r->group = (zd_param_group) group;
            return ZD_OK;
        }
    }
    zd_fail(r->err, ZD_ERR_CORRUPT,
            "there is no section [%s]; there are source, depth, matte, select, title, insert, "
            "effect and output",
            heading);
    return complain(r, ZD_ERR_CORRUPT, 1);
}

static zd_status read_box(reader *r, const char *name, const char *value, int column)
{
    zd_box box;
    bool subtract = strcmp(name, "subtract") == 0;
    zd_status status;
    if (!subtract && strcmp(name, "add") != 0) {
        status = zd_fail(r->err, ZD_ERR_CORRUPT,
                         "'%s' is not known in [select]; add and subtract are", name);
        return complain(r, status, 0);
    }
    status = zd_box_parse(value, 0.0, subtract, &box, r->err);
    if (status == ZD_OK) {
        status = zd_project_add_box(r->project, box, r->err);
    }
    return status == ZD_OK ? ZD_OK : complain(r, status, column);
}

/* Turns "text\n" with quotes and escapes into the text itself, in place. */
static bool unquote(char *value)
{
    size_t length = strlen(value);
    if (length < 2 || value[length - 1] != '"') {
        return false;
    }
    char *to = value;
    for (char *from = value + 1; from < value + length - 1; from++) {
        if (*from == '"') {
            return false;
        }
        if (*from == '\\') {
            from++;
            if (from == value + length - 1) {
                return false;
            }
            *to++ = *from == 'n' ? '\n' : *from;
        } else {
            *to++ = *from;
        }
    }
    *to = '\0';
    return true;
}

static zd_status fail_name(reader *r, const char *name)
{
    char meant[80];
    bool in_insert = r->section == SECTION_INSERT;
    zd_param_group group = in_insert ? ZD_GROUP_INSERT : r->group;
    bool headed = group != ZD_GROUP_COUNT;
    zd_nearest_word nearest = zd_nearest_word_begin(name);
    for (int id = 0; id < ZD_PARAM_COUNT; id++) {
        if (zd_param_describe((zd_param_id) id)->group == group) {
            zd_nearest_word_try(&nearest, zd_param_describe((zd_param_id) id)->name);
        }
    }
    zd_status status =
        zd_fail(r->err, ZD_ERR_CORRUPT, "'%s' is not known in %s%s%s%s", name,
                headed ? "[" : "a file without a heading", headed ? zd_param_group_name(group) : "",
                headed ? "]" : "", zd_did_you_mean(&nearest, "", meant, sizeof meant));
    return complain(r, status, 0);
}

static zd_status read_text(reader *r, zd_params *params, zd_param_id id, const char *value)
{
    double fps = 0.0;
    if (!r->is_file || zd_param_describe(id)->type != ZD_PARAM_PATH) {
        return zd_params_parse(params, id, value, fps, r->err);
    }
    char *path = zd_project_path_read(r->project->ctx, r->name, value, id != ZD_P_OUTPUT);
    zd_status status = path != NULL ? zd_params_parse(params, id, path, fps, r->err)
                                    : zd_fail_memory(r->err, value);
    zd_free(r->project->ctx, path);
    return status;
}

static zd_status read_value(reader *r, const char *name, char *value, int column)
{
    zd_param_id id = zd_param_find(name);
    bool in_insert = r->section == SECTION_INSERT;
    zd_status status;
    bool is_here = id != ZD_PARAM_COUNT &&
                   zd_param_describe(id)->group == (in_insert ? ZD_GROUP_INSERT : r->group);
    if (!is_here) {
        return fail_name(r, name);
    }
    if (zd_param_describe(id)->flags & ZD_PARAM_NOT_STORED) {
        status = zd_fail(r->err, ZD_ERR_CORRUPT, "'%s' is not stored in a project; give it as --%s",
                         name, name);
        return complain(r, status, 0);
    }
    if (value[0] == '"' && !unquote(value)) {
        status = zd_fail(r->err, ZD_ERR_CORRUPT, "a quoted text ends with one '\"'");
        return complain(r, status, column);
    }
    status = read_text(r, in_insert ? r->insert : &r->project->params, id, value);
    return status == ZD_OK ? ZD_OK : complain(r, status, column);
}

static zd_status read_line(reader *r, char *text)
{
    size_t length = strlen(text);
    while (length > 0 && isspace((unsigned char) text[length - 1])) {
        text[--length] = '\0';
    }
    int indent = (int) strspn(text, " \t");
    char *at = text + indent;
    if (*at == '\0' || *at == '#') {
        return ZD_OK;
    }
    if (*at == '[') {
        return read_heading(r, at);
    }
    char *equals = strchr(at, '=');
    if (equals == NULL) {
        zd_fail(r->err, ZD_ERR_CORRUPT, "expected NAME = VALUE or [SECTION]");
        return complain(r, ZD_ERR_CORRUPT, indent);
    }
    char *end = equals;
    while (end > at && isspace((unsigned char) end[-1])) {
        end--;
    }
    *end = '\0';
    char *value = equals + 1;
    value += strspn(value, " \t");
    int column = (int) (value - text);
    return r->section == SECTION_SELECT ? read_box(r, at, value, column)
                                        : read_value(r, at, value, column);
}

static zd_status read_lines(reader *r, char *text)
{
    bool begun = false;
    for (char *line = text; line != NULL;) {
        char *next = strchr(line, '\n');
        if (next != NULL) {
            *next++ = '\0';
        }
        r->line++;
        size_t trimmed = strcspn(line, "\r");
        if (!begun && r->line == 1) {
            if (trimmed != strlen(r->first_line) || strncmp(line, r->first_line, trimmed) != 0) {
                zd_fail(r->err, ZD_ERR_CORRUPT, "a %s begins with the line '%s'",
                        r->first_line == first_line ? "project" : "configuration", r->first_line);
                return complain(r, ZD_ERR_CORRUPT, 0);
            }
            begun = true;
        } else {
            ZD_TRY(read_line(r, line));
        }
        line = next;
    }
    return ZD_OK;
}

static zd_status parse_text(zd_project *project, const char *first, const char *name,
                            const char *text, bool is_file, zd_error *err)
{
    zd_error local;
    char *copy = zd_strdup(project->ctx, text);
    if (copy == NULL) {
        return zd_fail_memory(err, name);
    }
    reader r = {
        .project = project,
        .name = name,
        .first_line = first,
        .group = ZD_GROUP_COUNT,
        .is_file = is_file,
        .err = err != NULL ? err : &local,
    };
    zd_status status = read_lines(&r, copy);
    zd_free(project->ctx, copy);
    return status;
}

zd_status zd_project_parse(zd_project *project, const char *name, const char *text, zd_error *err)
{
    return parse_text(project, first_line, name, text, false, err);
}

static zd_status load(zd_project *project, const char *first, const char *path, zd_error *err)
{
    char *text;
    size_t bytes;
    ZD_TRY(zd_file_read_text(project->ctx, path, ZD_PROJECT_MAX_BYTES, &text, &bytes, err));
    zd_status status = parse_text(project, first, path, text, true, err);
    zd_free(project->ctx, text);
    return status;
}

zd_status zd_project_load(zd_project *project, const char *path, zd_error *err)
{
    return load(project, first_line, path, err);
}

zd_status zd_project_load_config(zd_project *project, const char *path, zd_error *err)
{
    return load(project, config_line, path, err);
}

static void write_text_value(const char *value, zd_text *out)
{
    zd_text_add(out, "\"");
    for (const char *at = value; *at != '\0'; at++) {
        if (*at == '\n') {
            zd_text_add(out, "\\n");
        } else if (*at == '"' || *at == '\\') {
            zd_text_format(out, "\\%c", *at);
        } else {
            zd_text_add_bytes(out, at, 1);
        }
    }
    zd_text_add(out, "\"");
}

static void write_param(const zd_params *params, zd_param_id id, zd_text *out)
{
    const zd_param_desc *desc = zd_param_describe(id);
    zd_text_format(out, "%s = ", desc->name);
    if (params->slots[id].text != NULL) {
        write_text_value(params->slots[id].text, out);
    } else {
        zd_params_write(params, id, out);
    }
    zd_text_add(out, "\n");
}

static void write_group(const zd_params *params, zd_param_group group, const char *heading,
                        zd_text *out)
{
    bool headed = false;
    for (int id = 0; id < ZD_PARAM_COUNT; id++) {
        const zd_param_desc *desc = zd_param_describe((zd_param_id) id);
        if (desc->group != group || !params->slots[id].set || (desc->flags & ZD_PARAM_NOT_STORED)) {
            continue;
        }
        if (!headed) {
            zd_text_format(out, "\n[%s]\n", heading);
            headed = true;
        }
        write_param(params, (zd_param_id) id, out);
    }
}

static void write_boxes(const zd_project *project, zd_text *out)
{
    if (project->box_count > 0) {
        zd_text_add(out, "\n[select]\n");
    }
    for (int i = 0; i < project->box_count; i++) {
        const zd_box *box = &project->boxes[i];
        double v[4] = { box->x, box->y, box->width, box->height };
        zd_text_add(out, box->subtract ? "subtract = " : "add = ");
        for (int k = 0; k < 4; k++) {
            zd_text_add(out, k > 0 ? "," : "");
            zd_text_json_number(out, v[k]);
        }
        zd_text_add(out, "@");
        zd_text_json_number(out, box->time_s);
        zd_text_add(out, "s\n");
    }
}

void zd_project_write(const zd_project *project, zd_text *out)
{
    zd_text_format(out, "%s\n", first_line);
    for (int group = 0; group < ZD_GROUP_COUNT; group++) {
        if (group == ZD_GROUP_INSERT) {
            write_boxes(project, out);
            for (int i = 0; i < project->insert_count; i++) {
                const zd_params *insert = &project->inserts[i];
                write_group(insert, ZD_GROUP_INSERT,
                            zd_params_is_set(insert, ZD_P_TITLE) ? "title" : "insert", out);
            }
        } else {
            write_group(&project->params, (zd_param_group) group,
                        zd_param_group_name((zd_param_group) group), out);
        }
    }
}

static zd_status save(const zd_project *project, const char *path, bool carries, zd_error *err)
{
    zd_text text;
    zd_project stored;
    ZD_TRY(zd_project_copy(project, &stored, err));
    zd_text_init(&text, project->ctx);
    zd_status status = zd_project_paths_to_write(&stored, path, err);
    if (status == ZD_OK && carries) {
        status = zd_project_paths_to_carry(&stored, path, err);
    }
    if (status == ZD_OK) {
        zd_project_write(&stored, &text);
        status = zd_text_finish(&text, "the project", err);
    }
    zd_project_finish(&stored);
    if (status == ZD_OK) {
        zd_part_sweep(project->ctx, path);
        status = zd_file_write(project->ctx, path, text.data, text.length, err);
    }
    zd_text_release(&text);
    return status;
}

zd_status zd_project_save(const zd_project *project, const char *path, zd_error *err)
{
    return save(project, path, false, err);
}

zd_status zd_project_save_carried(const zd_project *project, const char *path, zd_error *err)
{
    return save(project, path, true, err);
}
