# SPDX-FileCopyrightText: 2026 The Zdepth developers
# SPDX-License-Identifier: Apache-2.0
"""A group for Natron: the foreground with its matte as alpha, edges a little soft."""
VALUES = {"transparency": True, "auto_feather": True}


def getPluginID():
    return "org.zdepth.natron.Cutout"


def getLabel():
    return "ZDepthCutout"


def getVersion():
    return 1


def getGrouping():
    return "Zdepth"


def getPluginDescription():
    return "The foreground with its matte as alpha, by depth."


def createInstance(app, group):
    output = app.createNode("fr.inria.built-in.Output", 1, group)
    source = app.createNode("fr.inria.built-in.Input", 1, group)
    source.setScriptName("Source")
    source.setLabel("Source")
    zdepth = app.createNode("org.zdepth.ZDepth", 2, group)
    for name, value in VALUES.items():
        zdepth.getParam(name).setValue(value)
    zdepth.connectInput(0, source)
    output.connectInput(0, zdepth)
