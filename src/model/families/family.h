/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZD_MODEL_FAMILIES_FAMILY_H
#define ZD_MODEL_FAMILIES_FAMILY_H

/* The published networks that a file without an operator list can be: each family is one file and one
 * row of family_list.h. It recognises its files by their tensors' names, reads the shapes, and writes the
 * operator list. */

#include "core/text.h"
#include "model/families/family_list.h"
#include "model/network.h"
#include "model/weights.h"

/** What the file's metadata and the caller say; 0 and AUTO: nothing. */
typedef struct zd_family_request {
    int heads;
    int views; /* seen together; 0: one */
    zd_network_variant variant;
    float max_depth_m; /* of a metric network whose output is a sigmoid; 0: it is relative */
} zd_family_request;

/** What a network is, beside its list. */
typedef struct zd_family_facts {
    const char *name;       /* "depth-anything vits" */
    const char *encoder;    /* as zd_network_info has it */
    int patch;              /* sides are multiples of it */
    int default_short_side; /* as zd_network_info has it */
    zd_network_kind kind;   /* AUTO: by the request */
    zd_network_scale scale;
    int window;          /* frames seen at once; 0: one */
    float focal_unit_px; /* of a metric network: as zd_network_info has it */
} zd_family_facts;

typedef struct zd_family {
    const char *name;
    bool (*recognises)(const zd_weights *weights);
    zd_status (*describe)(const zd_weights *weights, const zd_family_request *request,
                          zd_family_facts *facts, zd_text *list, zd_error *err);
} zd_family;

#define ZD_FAMILY_DECLARE(name) extern const zd_family zd_family_##name;
ZD_FAMILIES(ZD_FAMILY_DECLARE)
#undef ZD_FAMILY_DECLARE

/** The family that a file is of; the first of the table when none recognises it. */
const zd_family *zd_family_find(const zd_weights *weights);

#endif
