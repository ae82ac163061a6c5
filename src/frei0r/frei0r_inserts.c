/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* One section of a project for the file and one for the title; what is typed is parsed as a project. */

#include "frei0r/frei0r_inserts.h"

#include <string.h>

#include "engine/network/engine_module.h"

bool zd_frei0r_has_inserts(char *const texts[ZD_F_COUNT])
{
    return texts[ZD_F_INSERT][0] != '\0' || texts[ZD_F_TITLE][0] != '\0' ||
           texts[ZD_F_MORE_INSERTS][0] != '\0';
}

static zd_status set(zd_params *insert, int index, char *const texts[ZD_F_COUNT],
                     const double numbers[ZD_F_COUNT], zd_error *err)
{
    zd_param_id id = (zd_param_id) zd_frei0r_id(index);
    if (zd_frei0r_is_text(index)) {
        return texts[index][0] != '\0' ? zd_params_set_text(insert, id, texts[index], err) : ZD_OK;
    }
    return zd_frei0r_is_initial(numbers, index)
               ? ZD_OK
               : zd_params_set_number(insert, id, zd_frei0r_value(numbers, index), err);
}

/* The file's or the title's, where it is named. */
static zd_status add(int what, char *const texts[ZD_F_COUNT], const double numbers[ZD_F_COUNT],
                     zd_project *out, zd_error *err)
{
    static const int of_both[] = { ZD_F_X,     ZD_F_Y,       ZD_F_SIZE,
                                   ZD_F_BLEND, ZD_F_OPACITY, ZD_F_AT_DEPTH };
    zd_params *insert;
    if (texts[what][0] == '\0') {
        return ZD_OK;
    }
    ZD_TRY(zd_project_add_insert(out, &insert, err));
    ZD_TRY(set(insert, what, texts, numbers, err));
    for (size_t i = 0; i < sizeof of_both / sizeof *of_both; i++) {
        ZD_TRY(set(insert, of_both[i], texts, numbers, err));
    }
    if (what == ZD_F_TITLE) {
        ZD_TRY(set(insert, ZD_F_FONT, texts, numbers, err));
        ZD_TRY(set(insert, ZD_F_COLOUR, texts, numbers, err));
    }
    return ZD_OK;
}

zd_status zd_frei0r_read_inserts(zd_engine *engine, char *const texts[ZD_F_COUNT],
                                 const double numbers[ZD_F_COUNT], zd_project *out, zd_error *err)
{
    /* As built, and as installed: LIBDIR/zdepth beside LIBDIR/frei0r-1. */
    static const char *const folders[] = { "../files", "../zdepth", NULL };
    const zd_engine_files *files = zd_engine_load_files(zd_engine_context(engine), folders);
    if (files == NULL) {
        return zd_fail(
            err, ZD_ERR_MISSING,
            "titles and files need zdepth/zdepth-files.so, beside the folder of the frei0r "
            "plug-ins, where it is installed with them");
    }
    zd_engine_set_files(engine, files);
    ZD_TRY(zd_engine_read_inserts("more_inserts", texts[ZD_F_MORE_INSERTS], out, err));
    int typed = out->insert_count;
    ZD_TRY(add(ZD_F_INSERT, texts, numbers, out, err));
    ZD_TRY(add(ZD_F_TITLE, texts, numbers, out, err));
    for (int i = typed; i < out->insert_count; i++) {
        zd_project_move_insert(out, i, i - typed);
    }
    return ZD_OK;
}
