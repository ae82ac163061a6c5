/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* Paths are joined and taken apart as texts: files that are written need not be there yet. */

#include "project/project_paths.h"

#include <string.h>

#include "core/file.h"
#include "core/os.h"

/* The folder of a file; "" is the current one. Release with zd_free. */
static char *folder_of(zd_context *ctx, const char *file)
{
    char *folder = zd_strdup(ctx, file);
    if (folder != NULL) {
        folder[zd_path_base(file) - file] = '\0';
    }
    return folder;
}

char *zd_project_path_read(zd_context *ctx, const char *project, const char *path, bool is_read)
{
    char *folder = folder_of(ctx, project);
    bool is_as_it_is = path[0] == '\0' || zd_os_root_length(path) > 0;
    if (folder == NULL || is_as_it_is || folder[0] == '\0') {
        zd_free(ctx, folder);
        return zd_strdup(ctx, path);
    }
    char *joined = zd_path_join(ctx, folder, path);
    zd_free(ctx, folder);
    if (joined != NULL && is_read && !zd_file_exists(joined) && zd_file_exists(path)) {
        zd_free(ctx, joined);
        return zd_strdup(ctx, path);
    }
    return joined;
}

/* How far two absolute folders go together: the length up to and with a '/'. */
static size_t common(const char *a, const char *b)
{
    size_t length = 0;
    for (size_t i = 0; a[i] != '\0' && a[i] == b[i]; i++) {
        length = zd_os_is_separator(a[i]) ? i + 1 : length;
    }
    return length;
}

/* Takes "./" and "../" off a path that is relative to `here`, and climbs. */
static const char *climb(char *here, const char *path)
{
    for (;;) {
        if (strncmp(path, "./", 2) == 0) {
            path += 2;
        } else if (strncmp(path, "../", 3) == 0 && strlen(here) > zd_os_root_length(here)) {
            path += 3;
            size_t length = strlen(here) - 1; /* without the '/' at its end */
            while (length > 0 && !zd_os_is_separator(here[length - 1])) {
                length--;
            }
            here[length] = '\0';
        } else {
            return path;
        }
    }
}

/* `here` and `folder` are absolute and end with '/'; the path is relative to `here`. */
static zd_status relate(zd_params *params, zd_param_id id, const char *here, const char *folder,
                        zd_error *err)
{
    char base[ZD_OS_PATH + 1];
    zd_text whole;
    zd_text text;
    memcpy(base, here, strlen(here) + 1);
    const char *path = climb(base, params->slots[id].text);
    zd_text_init(&whole, params->ctx);
    zd_text_init(&text, params->ctx);
    zd_text_format(&whole, "%s%s", base, path);
    size_t shared = whole.failed ? 0 : common(whole.data, folder);
    for (const char *at = folder + shared; *at != '\0'; at++) {
        zd_text_add(&text, zd_os_is_separator(*at) ? "../" : "");
    }
    zd_text_add(&text, whole.failed ? "" : whole.data + shared);
    zd_status status = zd_text_finish(&whole, "a path", err);
    status = status == ZD_OK ? zd_text_finish(&text, "a path", err) : status;
    if (status == ZD_OK) {
        status = zd_params_set_text(params, id, text.data, err);
    }
    zd_text_release(&whole);
    zd_text_release(&text);
    return status;
}

static zd_status relate_all(zd_params *params, const char *here, const char *folder, zd_error *err)
{
    for (int id = 0; id < ZD_PARAM_COUNT; id++) {
        const char *path = params->slots[id].text;
        bool is_path = zd_param_describe((zd_param_id) id)->type == ZD_PARAM_PATH;
        if (is_path && path != NULL && path[0] != '\0' && zd_os_root_length(path) == 0) {
            ZD_TRY(relate(params, (zd_param_id) id, here, folder, err));
        }
    }
    return ZD_OK;
}

zd_status zd_project_paths_to_write(zd_project *at_work, const char *project, zd_error *err)
{
    char here[ZD_OS_PATH + 1];
    char there[ZD_OS_PATH + 1];
    char *folder = folder_of(at_work->ctx, project);
    if (folder == NULL) {
        return zd_fail_memory(err, project);
    }
    bool is_known = folder[0] != '\0' && zd_os_real_path(".", here) == 0 &&
                    zd_os_real_path(folder, there) == 0 && strlen(here) < ZD_OS_PATH - 1 &&
                    strlen(there) < ZD_OS_PATH - 1;
    zd_free(at_work->ctx, folder);
    if (!is_known || strcmp(here, there) == 0) {
        return ZD_OK;
    }
    strcat(here, here[strlen(here) - 1] == '/' ? "" : "/");
    strcat(there, there[strlen(there) - 1] == '/' ? "" : "/");
    ZD_TRY(relate_all(&at_work->params, here, there, err));
    for (int i = 0; i < at_work->insert_count; i++) {
        ZD_TRY(relate_all(&at_work->inserts[i], here, there, err));
    }
    return ZD_OK;
}

/* The part of an absolute path that is below a real folder, which ends with '/'; NULL: it is elsewhere.
 * The file itself need not be there, its folder must be. */
static const char *below(zd_context *ctx, const char *folder, const char *path, char *room)
{
    char *its_folder = folder_of(ctx, path);
    bool is_known = its_folder != NULL && zd_os_real_path(its_folder, room) == 0;
    zd_free(ctx, its_folder);
    size_t length = is_known ? strlen(room) : 0;
    const char *name = zd_path_base(path);
    if (!is_known || length + strlen(name) + 2 > ZD_OS_PATH) {
        return NULL;
    }
    if (room[length - 1] != '/') {
        room[length++] = '/';
    }
    strcpy(room + length, name);
    return strncmp(room, folder, strlen(folder)) == 0 ? room + strlen(folder) : NULL;
}

static zd_status carry_all(zd_params *params, const char *folder, zd_error *err)
{
    char room[ZD_OS_PATH + 1];
    for (int id = 0; id < ZD_PARAM_COUNT; id++) {
        const char *path = params->slots[id].text;
        bool is_path = zd_param_describe((zd_param_id) id)->type == ZD_PARAM_PATH;
        const char *inner = is_path && path != NULL && zd_os_root_length(path) > 0
                                ? below(params->ctx, folder, path, room)
                                : NULL;
        if (inner != NULL && inner[0] != '\0') {
            ZD_TRY(zd_params_set_text(params, (zd_param_id) id, inner, err));
        }
    }
    return ZD_OK;
}

zd_status zd_project_paths_to_carry(zd_project *to_write, const char *project, zd_error *err)
{
    char there[ZD_OS_PATH + 1];
    char *folder = folder_of(to_write->ctx, project);
    if (folder == NULL) {
        return zd_fail_memory(err, project);
    }
    bool is_known = zd_os_real_path(folder[0] != '\0' ? folder : ".", there) == 0 &&
                    strlen(there) < ZD_OS_PATH - 1;
    zd_free(to_write->ctx, folder);
    if (!is_known) {
        return ZD_OK;
    }
    strcat(there, there[strlen(there) - 1] == '/' ? "" : "/");
    ZD_TRY(carry_all(&to_write->params, there, err));
    for (int i = 0; i < to_write->insert_count; i++) {
        ZD_TRY(carry_all(&to_write->inserts[i], there, err));
    }
    return ZD_OK;
}
